using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class HashedCrossingTests : LeakChecked
{
    [Fact]
    public void Call_InputsThatDoNotFit_Throw()
    {
        using TensorScope scope = new();
        using HashedCrossing layer = new(5);
        Tensor words = Tensor.FromStrings(["a", "b"]);
        AssertRefused(() => layer.Call([words]), "at least two inputs");
        AssertRefused(() => layer.Call([words, Tensor.FromStrings(["a"])]), "one shape");
        AssertRefused(() => layer.Call([words, Tensor.From<float>([1f, 2])]), "texts or integers");
        AssertRefused(() => _ = new HashedCrossing(5, CategoryOutput.Count), "output_mode");
    }

    [Fact]
    public void Call_InAFunctionalModel_CrossesItsInputs()
    {
        using TensorScope scope = new();
        KerasTensor left = KerasTensor.Input([1], DType.String), right = KerasTensor.Input([1], DType.Int64);
        using Model model = new([left, right], [new Dense(2).Apply(new HashedCrossing(5, CategoryOutput.OneHot).Apply([left, right])[0])]);
        Tensor words = Tensor.FromStrings(["a", "b"], [2, 1]), numbers = Tensor.From<long>([[1], [2]]);
        Assert.Equal(Shape.Create([2, 2]), model.Call([words, numbers])[0].Shape);
    }

    private static void AssertRefused(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<TfLbfgsException>(action).Message, StringComparison.Ordinal);
}

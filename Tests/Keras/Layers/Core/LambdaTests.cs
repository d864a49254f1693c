using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Core;

public sealed class LambdaTests : LeakChecked
{
    [Fact]
    public void Load_ModelWithLambda_TakesItsCodeFromTheOptions()
    {
        using ScratchFolder folder = new();
        using Tensor x = Tensor.From(new double[,] { { 1, 2 } });
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Lambda(t => 2 * t, "double"), new Dense(1) };
        model.Save(folder.File("m.h5"));
        string message = Assert.Throws<ModelConfigException>(() => Model.Load(folder.File("m.h5"))).Message;
        Assert.Contains("nothing in a file is executed", message, StringComparison.Ordinal);
        Assert.Contains("Lambdas = { [\"double\"] = x => ... }", message, StringComparison.Ordinal);
        using Model loaded = Model.Load(folder.File("m.h5"), new LoadOptions { Lambdas = { ["double"] = t => t + t } });
        using Tensor expected = model.Predict(x), received = loaded.Predict(x);
        Assert.Equal(expected.ToDoubles(), received.ToDoubles());
    }

    [Fact]
    public void Apply_SeveralInputs_ComputesTheFunction()
    {
        using TensorScope scope = new();
        KerasTensor a = KerasTensor.Input([2], DType.Float64), b = KerasTensor.Input([2], DType.Float64);
        using Model model = new([a, b], new Lambda((IReadOnlyList<Tensor> inputs) => inputs[0] - inputs[1]).Apply([a, b]));
        Assert.Equal([-2, 3],
            model.Predict([Tensor.From(new double[,] { { 1, 5 } }), Tensor.From(new double[,] { { 3, 2 } })])[0].ToDoubles());
    }
}

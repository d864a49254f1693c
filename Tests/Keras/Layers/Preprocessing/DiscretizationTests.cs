using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class DiscretizationTests : LeakChecked
{
    private static readonly float[,] Data = { { -1.5f, 1.0f, 3.4f, .5f }, { 0.0f, 3.0f, 1.3f, 0.0f } };

    [Fact]
    public void Adapt_ExampleOfKeras_GivesItsBins()
    {
        using TensorScope scope = new();
        using Discretization layer = new(bins: 4);
        Tensor data = Tensor.From<float>(Data);
        layer.Adapt(data);
        Assert.Equal([0, 2, 3, 2, 1, 3, 3, 1], layer.Call(data).ToArray<int>());
        Assert.Equal(4, layer.Bins);
    }

    [Fact]
    public void Call_EachOutput_IsThatOfTheBins()
    {
        using TensorScope scope = new();
        Tensor data = Tensor.From<float>(Data);
        using Discretization integers = new([0.0, 1.0, 2.0]), counts = new([0.0, 1.0, 2.0], CategoryOutput.Count),
            several = new([0.0, 1.0, 2.0], CategoryOutput.MultiHot);
        Assert.Equal([0, 2, 3, 1, 1, 3, 2, 1], integers.Call(data).ToArray<int>());
        Assert.Equal([1f, 1, 1, 1, 0, 2, 1, 1], counts.Call(data).ToArray<float>());
        Assert.Equal([1f, 1, 1, 1, 0, 1, 1, 1], several.Call(data).ToArray<float>());
    }

    [Fact]
    public void Call_WithoutBoundaries_Throws()
    {
        using TensorScope scope = new();
        using Discretization layer = new(bins: 4);
        Assert.Contains("Call Adapt", Assert.Throws<TfLbfgsException>(() => layer.Call(Tensor.From<float>(Data))).Message,
            StringComparison.Ordinal);
        Assert.Contains("ascend", Assert.Throws<TfLbfgsException>(() => new Discretization([1.0, 0.0])).Message, StringComparison.Ordinal);
    }
}

using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Losses;

public class ClassWeightsTests : LeakChecked
{
    private static readonly Dictionary<int, double> Weights = new() { [0] = 0.5, [1] = 3, [4] = 7 };

    [Fact]
    public void ToSampleWeights_ClassNumbers_AreTheWeightsOfTheirClassOrOne()
    {
        using TensorScope scope = new();
        Assert.Equal([0.5, 3.0, 1.0, 1.0, 3.0], ClassWeights.ToSampleWeights(Tensor.From([0, 1, 2, 5, 1]), Weights).ToDoubles());
        Assert.Equal([0.5, 7.0, 1.0], ClassWeights.ToSampleWeights(Tensor.From(new[,] { { 0.2 }, { 3.9 }, { -1 } }), Weights).ToDoubles());
    }

    [Fact]
    public void ToSampleWeights_OneValueForEachClass_TakesTheLargest()
    {
        using TensorScope scope = new();
        Assert.Equal([3.0, 0.5], ClassWeights.ToSampleWeights(Tensor.From(new[,] { { 0.1, 0.8, 0.1 }, { 1, 0, 0 } }), Weights).ToDoubles());
    }

    [Fact]
    public void ToSampleWeights_WeightsOfSamples_AreMultiplied()
    {
        using TensorScope scope = new();
        Assert.Equal([1.0, 9.0], ClassWeights.ToSampleWeights(Tensor.From([0, 1]), Weights, Tensor.From([2.0, 3.0])).ToDoubles());
    }

    [Fact]
    public void ToSampleWeights_NegativeClass_IsRefused()
    {
        using TensorScope scope = new();
        Assert.Contains("-1",
            Assert.Throws<TfLbfgsException>(() =>
            ClassWeights.ToSampleWeights(Tensor.From([0, 1]), new Dictionary<int, double> { [-1] = 2 })).Message, StringComparison.Ordinal);
    }
}

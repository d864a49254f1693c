using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class NormalizationTests : LeakChecked
{
    [Fact]
    public void Adapt_Data_GivesMeanZeroAndVarianceOne()
    {
        using TensorScope scope = new();
        using Normalization layer = new();
        // The example of Keras's documentation.
        layer.Adapt(Tensor.From<float>(new float[,] { { 0, 7, 4 }, { 2, 9, 6 }, { 0, 7, 4 }, { 2, 9, 6 } }));
        Assert.Equal([-1f, -1f, -1f], layer.Call(Tensor.From<float>(new float[,] { { 0, 7, 4 } })).ToArray<float>());
        Assert.Equal([1f, 8f, 5f], layer.Mean!.Value.ToArray<float>());
        Assert.Equal([1f, 1f, 1f], layer.Variance!.Value.ToArray<float>());
    }

    [Fact]
    public void Adapt_UnequalBatches_EqualsTheWhole()
    {
        using TensorScope scope = new();
        double[,] data = { { 1, 10 }, { 4, -3 }, { 2, 8 }, { 7, 0.5 }, { -6, 2 } };
        using Normalization whole = new(dtype: DType.Float64), parts = new(dtype: DType.Float64);
        whole.Adapt(Tensor.From<double>(data));
        parts.Adapt([Tensor.From<double>(new double[,] { { 1, 10 } }),
            Tensor.From<double>(new double[,] { { 4, -3 }, { 2, 8 }, { 7, 0.5 } }), Tensor.From<double>(new double[,] { { -6, 2 } })]);
        Assert.Equal(whole.Mean!.Value.ToDoubles(), parts.Mean!.Value.ToDoubles(), (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal(whole.Variance!.Value.ToDoubles(), parts.Variance!.Value.ToDoubles(), (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal([1.6, 3.5], parts.Mean.Value.ToDoubles(), (x, y) => Math.Abs(x - y) < 1e-12);
    }

    [Fact]
    public void Adapt_NoAxes_GivesOneMean()
    {
        using TensorScope scope = new();
        using Normalization layer = new(axes: []);
        layer.Adapt(Tensor.From<float>(new float[,] { { 1, 2 }, { 3, 6 } }));
        Assert.Equal(3f, layer.Mean!.Value.ToScalar<float>());
        Assert.Equal(3.5f, layer.Variance!.Value.ToScalar<float>());
    }

    [Fact]
    public void Call_FewerMeansThanAxes_BelongToTheLastAxis()
    {
        using TensorScope scope = new();
        using Normalization layer = new([1, 2], [4, 4], axes: [1, 2]);
        Assert.Equal([0f, 0f, 1f, 1f], layer.Call(Tensor.From<float>(new float[,,] { { { 1, 2 }, { 3, 4 } } })).ToArray<float>());
    }

    [Fact]
    public void Adapt_GivenMeanOrNoData_Throws()
    {
        using TensorScope scope = new();
        using Normalization given = new([1.0], [4.0]), empty = new();
        Assert.Contains("without a given mean",
            Assert.Throws<TfLbfgsException>(() => given.Adapt(Tensor.From<float>(new float[,] { { 1 } }))).Message,
            StringComparison.Ordinal);
        Assert.Contains("received none", Assert.Throws<TfLbfgsException>(() => empty.Adapt([])).Message, StringComparison.Ordinal);
        Assert.Contains("as many variances", Assert.Throws<TfLbfgsException>(() => new Normalization([1.0, 2.0], [4.0])).Message,
            StringComparison.Ordinal);
    }
}

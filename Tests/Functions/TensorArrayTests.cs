using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Functions;

public sealed class TensorArrayTests : LeakChecked
{
    [Theory]
    [InlineData("eager")]
    [InlineData("traced")]
    [InlineData("compiled")]
    public void Array_FilledByALoop_HasGradientsToSecondOrder(string form) => TracedForms.Agree(form, form == "compiled" ? 1 : 2, x =>
    {
        TensorArray array = TensorArray.Create(DType.Float64, 4, x.Shape);
        Tensor[] end = Tf.While(
            s => s[0] < 4,
            s =>
            {
                Tensor y = s[1] * Tf.Sin(x);
                return [s[0] + 1, y, array.WithFlow(s[2]).Write(s[0], y).Flow];
            },
            [Tensor.Scalar(0), x, array.Flow],
            maximumIterations: 4);
        TensorArray filled = array.WithFlow(end[2]);
        return Tf.ReduceSum(Tf.Square(filled.Stack()), 0) + filled.Read(1) + Tf.ReduceSum(Tf.Sin(filled.Gather(Tensor.From([0, 2, 2]))), 0);
    }, 0.4, 0.9);

    [Theory]
    [InlineData("eager")]
    [InlineData("traced")]
    public void Array_OfParts_SplitsAndConcatenates(string form) => TracedForms.Agree(form, 2, x =>
    {
        TensorArray parts = TensorArray.Split(x * x, Tensor.From([2L, 2L]));
        TensorArray twice = parts.Write(0, parts.Read(1) * 2.0);
        return Tf.ReduceSum(Tf.Sin(twice.Concat())) * TensorArray.Unstack(x).Scatter(Tensor.From([1]), Tf.ExpandDims(x[0] * x[2], 0))
            .Stack();
    }, 0.4, 0.9, -0.3, 0.2);

    [Fact]
    public void Write_OfAnotherForm_IsRefused()
    {
        using TensorArray array = TensorArray.Create(DType.Float64, 2, [2]);
        using Tensor x = Tensor.From([1.0, 2, 3]);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => array.Write(0, x));
        Assert.Contains("expected float64(2,)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_BehindTheEnd_GrowsADynamicArray()
    {
        using TensorScope scope = new();
        TensorArray array = TensorArray.Create(DType.Float64, 0, Shape.Scalar, dynamicSize: true);
        array = array.Write(2, Tensor.Scalar(5.0)).Write(0, Tensor.Scalar(1.0));
        Assert.Equal(3, array.Size.ToScalar<int>());
        Assert.Equal([1.0, 0, 5], array.Stack().ToArray<double>());
    }
}

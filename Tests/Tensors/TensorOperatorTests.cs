using CsCheck;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Tensors;

public sealed class TensorOperatorTests : LeakChecked
{
    [Fact]
    public void Operators_TwoTensorsAndScalars_ComputeElementwise()
    {
        using TensorScope scope = new();
        Tensor a = Tensor.From([1.0, 4.0]);
        Tensor b = Tensor.From([2.0, 3.0]);
        Assert.Equal([3.0, 7.0], (a + b).ToArray<double>());
        Assert.Equal([-1.0, 1.0], (a - b).ToArray<double>());
        Assert.Equal([2.0, 12.0], (a * b).ToArray<double>());
        Assert.Equal([0.5, 4.0 / 3], (a / b).ToArray<double>());
        Assert.Equal([-1.0, -4.0], (-a).ToArray<double>());
        Assert.Equal([2.0, 5.0], (a + 1).ToArray<double>());
        Assert.Equal([2.0, 5.0], (1 + a).ToArray<double>());
        Assert.Equal([0.0, 3.0], (a - 1).ToArray<double>());
        Assert.Equal([0.0, -3.0], (1 - a).ToArray<double>());
        Assert.Equal([3.0, 12.0], (3 * a).ToArray<double>());
        Assert.Equal([0.5, 2.0], (a / 2).ToArray<double>());
        Assert.Equal([2.0, 0.5], (2 / a).ToArray<double>());
        Assert.Equal([true, false], (a < b).ToArray<bool>());
        Assert.Equal([false, true], (a > b).ToArray<bool>());
        Assert.Equal([true, false], (a <= 1).ToArray<bool>());
        Assert.Equal([true, true], (a >= 1).ToArray<bool>());
        Assert.Equal([false, true], (2.0 < a).ToArray<bool>());
        Assert.Equal([true, false], (2.0 >= a).ToArray<bool>());
    }

    [Fact]
    public void Operators_AnyCompatibleShapes_BroadcastAsNumPyDoes() =>
        Gen.Select(Gen.Long[1, 3].Array[0, 3], Gen.Int[0, 7], Gen.Int[0, 7], Gen.Int[0, 3]).Sample(
            (dims, leftOnes, rightOnes, drop) =>
            {
                using TensorScope scope = new();
                long[] left = [.. dims.Select((d, i) => (leftOnes >> i & 1) == 1 ? 1 : d)];
                long[] right = [.. dims.Select((d, i) => (rightOnes >> i & 1) == 1 ? 1 : d).Skip(Math.Min(drop, dims.Length))];
                double[] a = [.. Enumerable.Range(1, (int)left.Aggregate(1L, (x, y) => x * y)).Select(v => (double)v)];
                double[] b = [.. Enumerable.Range(1, (int)right.Aggregate(1L, (x, y) => x * y)).Select(v => v * 10.0)];
                long[] shape =
                    [.. dims.Select((d, i) =>
                    Math.Max(left[i], i < dims.Length - right.Length ? 1 : right[i - dims.Length + right.Length]))];
                Tensor sum = Tensor.From<double>(a, left) + Tensor.From<double>(b, right);
                Assert.Equal(shape, sum.Shape);
                Assert.Equal(Positions(shape).Select(p => a[Offset(p, left)] + b[Offset(p, right)]), sum.ToArray<double>());
            },
            iter: 500, threads: 1);

    [Fact]
    public void Operators_TwoDTypes_NeverPromote()
    {
        using TensorScope scope = new();
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Tensor.Scalar(1.0) + Tensor.Scalar(1f));
        Assert.Contains("float64()", e.Message, StringComparison.Ordinal);
        Assert.Contains("float32()", e.Message, StringComparison.Ordinal);
        Assert.Contains("Tf.Cast", e.Message, StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => Tensor.Scalar(1) + Tensor.Scalar(1L));
        Assert.Throws<TfLbfgsException>(() => Tensor.Scalar(1) < Tensor.Scalar(1.0));
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Complex64)]
    [InlineData(DType.Complex128)]
    public void Operators_ScalarOperand_TakesTheTensorsDType(DType dtype)
    {
        using TensorScope scope = new();
        Assert.Equal(dtype, (Tensor.Scalar(3, dtype) * 2).DType);
        Assert.Equal(dtype, (2 - Tensor.Scalar(3, dtype)).DType);
    }

    [Fact]
    public void Operators_FractionWithIntegers_IsRefused()
    {
        using TensorScope scope = new();
        Assert.Contains("int32", Assert.Throws<TfLbfgsException>(() => Tensor.Scalar(3) * 1.5).Message, StringComparison.Ordinal);
        Assert.Contains("FloorDiv", Assert.Throws<TfLbfgsException>(() => Tensor.Scalar(3) / 2).Message, StringComparison.Ordinal);
        Assert.Contains("FloorDiv", Assert.Throws<TfLbfgsException>(() => Tensor.Scalar(3) / Tensor.Scalar(2)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_ShapesThatDoNotFit_NameOpAndShapes()
    {
        using TensorScope scope = new();
        TfStatusException e =
            Assert.Throws<TfStatusException>(() => Tensor.Zeros([2, 3], DType.Float64) + Tensor.Zeros([2], DType.Float64));
        Assert.Equal(TfStatusCode.InvalidArgument, e.Code);
        Assert.Equal("AddV2", e.Op);
        Assert.Equal("float64(2, 3), float64(2,)", e.Inputs);
        Assert.Contains("AddV2(float64(2, 3), float64(2,)) failed with InvalidArgument", e.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<long[]> Positions(long[] shape)
    {
        IEnumerable<long[]> all = [[]];
        foreach (long size in shape)
            all = all.SelectMany(p => Enumerable.Range(0, (int)size).Select(i => (long[])[.. p, i]));
        return all;
    }

    private static long Offset(long[] position, long[] shape)
    {
        long offset = 0;
        for (int i = 0; i < shape.Length; i++)
            offset = offset * shape[i] + (shape[i] == 1 ? 0 : position[position.Length - shape.Length + i]);
        return offset;
    }
}

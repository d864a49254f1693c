using System.Numerics;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Tensors;

public sealed class TensorRoundTripTests : LeakChecked
{
    [Fact]
    public void From_EveryElementType_ReadsBackTheSameValues()
    {
        Check<float>([0, -0f, 1.5f, float.MaxValue, float.Epsilon, float.NaN, float.NegativeInfinity], DType.Float32);
        Check<double>([0, -0.0, Math.PI, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity], DType.Float64);
        Check<Half>([Half.Zero, Half.NegativeOne, Half.MaxValue, Half.Epsilon, Half.NaN], DType.Float16);
        Check<BFloat16>([(BFloat16)0f, (BFloat16)(-1.5f), (BFloat16)3e38f, (BFloat16)float.NaN], DType.BFloat16);
        Check<sbyte>([sbyte.MinValue, -1, 0, sbyte.MaxValue], DType.Int8);
        Check<short>([short.MinValue, -1, 0, short.MaxValue], DType.Int16);
        Check<int>([int.MinValue, -1, 0, int.MaxValue], DType.Int32);
        Check<long>([long.MinValue, -1, 0, long.MaxValue], DType.Int64);
        Check<byte>([0, 1, byte.MaxValue], DType.UInt8);
        Check<ushort>([0, 1, ushort.MaxValue], DType.UInt16);
        Check<uint>([0, 1, uint.MaxValue], DType.UInt32);
        Check<ulong>([0, 1, ulong.MaxValue], DType.UInt64);
        Check<bool>([true, false, true], DType.Bool);
        Check<Complex64>([new(1, -2), new(0, float.NaN)], DType.Complex64);
        Check<Complex>([new(1, -2), Complex.ImaginaryOne], DType.Complex128);
    }

    [Theory]
    [InlineData(DType.QInt8, 1)]
    [InlineData(DType.QUInt16, 2)]
    [InlineData(DType.QInt32, 4)]
    [InlineData(DType.Float8E5M2, 1)]
    [InlineData(DType.Float8E4M3FN, 1)]
    [InlineData(DType.Int4, 1)]
    [InlineData(DType.UInt4, 1)]
    public void FromBytes_DTypeWithoutElementType_KeepsItsBytes(DType dtype, int size)
    {
        byte[] bytes = [.. Enumerable.Range(0, 4 * size).Select(i => (byte)(i % 8))];
        using Tensor tensor = Tensor.FromBytes(bytes, dtype, [4]);
        Assert.Equal(dtype, tensor.DType);
        Assert.Equal(size, dtype.Size);
        byte[] read = size switch
        {
            1 when dtype is DType.QInt8 or DType.Int4 => [.. tensor.ToArray<sbyte>().Select(v => (byte)v)],
            1 => tensor.ToArray<byte>(),
            2 => [.. tensor.ToArray<ushort>().SelectMany(BitConverter.GetBytes)],
            _ => [.. tensor.ToArray<int>().SelectMany(BitConverter.GetBytes)],
        };
        Assert.Equal(bytes, read);
    }

    [Fact]
    public void FromStrings_EmptyShortLongAndUnicode_ReadsBackTheSame()
    {
        // Up to 22 bytes lie inside the element, longer ones on the heap.
        string[] values = ["", "a", new string('b', 22), new string('c', 23), "Grüße, 世界", new string('d', 100_000), "with\0zero"];
        using Tensor tensor = Tensor.FromStrings(values);
        Assert.Equal(DType.String, tensor.DType);
        Assert.Equal([values.Length], tensor.Shape);
        Assert.Equal(values, tensor.ToStrings());
        using Tensor copy = RawOps.Identity(tensor);
        Assert.Equal(values, copy.ToStrings());
    }

    [Fact]
    public void FromStrings_NoElements_IsEmpty()
    {
        using Tensor tensor = Tensor.FromStrings([]);
        Assert.Equal([0], tensor.Shape);
        Assert.Empty(tensor.ToStrings());
    }

    [Fact]
    public void From_Arrays_KeepRowMajorOrder()
    {
        using Tensor matrix = Tensor.From(new[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([2, 3], matrix.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], matrix.ToArray<int>());
        Assert.Equal(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }, matrix.ToMatrix<int>());
        using Tensor cube = Tensor.From(new[, ,] { { { 1.0 }, { 2.0 } } });
        Assert.Equal([1, 2, 1], cube.Shape);
        using Tensor four = Tensor.From(new float[2, 0, 3, 1]);
        Assert.Equal([2, 0, 3, 1], four.Shape);
        Assert.Empty(four.ToArray<float>());
    }

    [Fact]
    public void ToArray_OfAnotherType_SaysBothTypes()
    {
        using Tensor tensor = Tensor.From([1.0, 2.0]);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => tensor.ToArray<float>());
        Assert.Contains("float64(2,)", e.Message, StringComparison.Ordinal);
        Assert.Contains("System.Single", e.Message, StringComparison.Ordinal);
        Assert.Contains("float64(2,)", Assert.Throws<TfLbfgsException>(tensor.ToStrings).Message, StringComparison.Ordinal);
        using Tensor bytes = Tensor.From<byte>([1]);
        Assert.Throws<TfLbfgsException>(() => bytes.ToArray<bool>());
    }

    [Fact]
    public void ToScalar_SeveralElements_Throws()
    {
        using Tensor tensor = Tensor.From([1.0, 2.0]);
        Assert.Contains("one element", Assert.Throws<TfLbfgsException>(() => tensor.ToScalar<double>()).Message, StringComparison.Ordinal);
        Assert.Contains("one element", Assert.Throws<TfLbfgsException>(() => tensor.ToDouble()).Message, StringComparison.Ordinal);
        Assert.Contains("two dimensions", Assert.Throws<TfLbfgsException>(() => tensor.ToMatrix<double>()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToDoubles_EveryRealDType_Widens()
    {
        DType[] real =
        [
            DType.Float16, DType.BFloat16, DType.Float32, DType.Float64, DType.Int8, DType.Int16, DType.Int32, DType.Int64,
            DType.UInt8, DType.UInt16, DType.UInt32, DType.UInt64, DType.Bool,
        ];
        foreach (DType dtype in real)
        {
            using Tensor one = Tensor.Scalar(1, dtype);
            Assert.Equal(dtype, one.DType);
            Assert.Equal(1.0, one.ToDouble());
        }

        using Tensor complex = Tensor.Scalar(1, DType.Complex64);
        Assert.Throws<TfLbfgsException>(complex.ToDoubles);
    }

    [Fact]
    public void FromPythonName_EveryDType_IsTheInverseOfPythonName()
    {
        foreach (DType dtype in Enum.GetValues<DType>().Where(d => d != DType.Invalid))
            Assert.Equal(dtype, DTypeFacts.FromPythonName(dtype.PythonName));
        Assert.Null(DTypeFacts.FromPythonName("float63"));
    }

    private static void Check<T>(T[] values, DType dtype) where T : unmanaged
    {
        using Tensor vector = Tensor.From(values);
        Assert.Equal(dtype, vector.DType);
        Assert.Equal([values.Length], vector.Shape);
        Assert.Equal(values, vector.ToArray<T>());
        using Tensor scalar = Tensor.Scalar(values[1]);
        Assert.Equal(Shape.Scalar, scalar.Shape);
        Assert.Equal(values[1], scalar.ToScalar<T>());
        using Tensor copy = RawOps.Identity(vector);
        Assert.Equal(values, copy.ToArray<T>());
        using Tensor empty = Tensor.From<T>([], [3, 0]);
        Assert.Equal([3, 0], empty.Shape);
        Assert.Empty(empty.ToArray<T>());
    }
}

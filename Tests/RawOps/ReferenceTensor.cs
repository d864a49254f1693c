using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.RawOperations;

/// <summary>Makes tensors of the reference data's JSON and compares tensors with it: exactly, but for floating-point numbers.</summary>
internal static class ReferenceTensor
{
    /// <summary>The tensor that an element describes.</summary>
    public static Tensor Read(JsonElement element)
    {
        DType dtype = DTypeOf(element);
        Shape shape = Shape.Create([.. element.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]);
        JsonElement[] data = [.. element.GetProperty("data").EnumerateArray()];
        return dtype == DType.String
            ? Tensor.FromStrings([.. data.Select(d => d.GetString()!)], shape)
            : Tensor.FromBytes([.. data.SelectMany(d => Bytes(d, dtype))], dtype, shape);
    }

    /// <summary>Fails unless the tensor is the one described, floating-point numbers to a relative tolerance.</summary>
    public static void AssertEqual(JsonElement expected, Tensor actual, double tolerance)
    {
        Assert.Equal(DTypeOf(expected), actual.DType);
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), actual.Shape);
        JsonElement[] data = [.. expected.GetProperty("data").EnumerateArray()];
        if (actual.DType == DType.String)
            Assert.Equal(data.Select(d => d.GetString()!), actual.ToStrings());
        else if (actual.DType is { IsFloating: false, IsComplex: false })
            Assert.Equal(data.SelectMany(d => Bytes(d, actual.DType)), RawBytes(actual));
        else
            AssertClose([.. data.Select(Number)], Numbers(actual), tolerance);
    }

    /// <summary>The element type that an element names.</summary>
    public static DType DTypeOf(JsonElement element) => DTypeFacts.FromPythonName(element.GetProperty("dtype").GetString()!)!.Value;

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool close = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i]));
            Assert.True(close,
                string.Create(CultureInfo.InvariantCulture, $"element {i}: expected {expected[i]:R}, received {actual[i]:R}"));
        }
    }

    private static double[] Numbers(Tensor tensor) => tensor.DType switch
    {
        DType.Complex64 => Array.ConvertAll(MemoryMarshal.Cast<Complex64, float>(tensor.ToArray<Complex64>()).ToArray(), x => (double)x),
        DType.Complex128 => MemoryMarshal.Cast<Complex, double>(tensor.ToArray<Complex>()).ToArray(),
        _ => tensor.ToDoubles(),
    };

    private static byte[] RawBytes(Tensor tensor) => tensor.DType switch
    {
        DType.Bool => MemoryMarshal.AsBytes<bool>(tensor.ToArray<bool>()).ToArray(),
        DType.Int8 => MemoryMarshal.AsBytes<sbyte>(tensor.ToArray<sbyte>()).ToArray(),
        DType.UInt8 => tensor.ToArray<byte>(),
        DType.Int16 => MemoryMarshal.AsBytes<short>(tensor.ToArray<short>()).ToArray(),
        DType.UInt16 => MemoryMarshal.AsBytes<ushort>(tensor.ToArray<ushort>()).ToArray(),
        DType.Int32 => MemoryMarshal.AsBytes<int>(tensor.ToArray<int>()).ToArray(),
        DType.UInt32 => MemoryMarshal.AsBytes<uint>(tensor.ToArray<uint>()).ToArray(),
        DType.Int64 => MemoryMarshal.AsBytes<long>(tensor.ToArray<long>()).ToArray(),
        DType.UInt64 => MemoryMarshal.AsBytes<ulong>(tensor.ToArray<ulong>()).ToArray(),
        _ => throw new NotSupportedException($"The reference data have no {tensor.DType}."),
    };

    // One number of the flat data; for complex tensors, that is a real or an imaginary part.
    private static byte[] Bytes(JsonElement value, DType dtype) => dtype switch
    {
        DType.Bool => [value.GetBoolean() ? (byte)1 : (byte)0],
        DType.Float64 or DType.Complex128 => BitConverter.GetBytes(Number(value)),
        DType.Float32 or DType.Complex64 =>
            BitConverter.GetBytes(value.ValueKind == JsonValueKind.String ? (float)Number(value) : value.GetSingle()),
        DType.Float16 => BitConverter.GetBytes((Half)Number(value)),
        DType.BFloat16 => BitConverter.GetBytes((short)(BitConverter.SingleToInt32Bits((float)Number(value)) >> 16)),
        DType.UInt64 => BitConverter.GetBytes(value.GetUInt64()),
        _ => BitConverter.GetBytes(value.GetInt64())[..dtype.Size],
    };

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble();
}

using System.Globalization;
using System.Numerics;
using System.Text.Json;
using TfLbfgs.Native.Handles;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>A tensor of the reference data: <c>{"shape", "dtype", "data"}</c>.</summary>
internal sealed class ReferenceTensor
{
    private readonly JsonElement _data;

    public ReferenceTensor(JsonElement json)
    {
        Shape = json.GetProperty("shape").EnumerateArray().Select(dim => dim.GetInt64()).ToArray();
        string name = json.GetProperty("dtype").GetString()!;
        DType = DTypeFacts.FromPythonName(name) ?? throw new InvalidOperationException($"unknown dtype {name}");
        _data = json.GetProperty("data");
    }

    public Shape Shape { get; }

    public DType DType { get; }

    /// <summary>The tensor, or null for JSON null.</summary>
    public static ReferenceTensor? From(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null : new ReferenceTensor(json);

    public Tensor ToTensor() => DType switch
    {
        DType.Float64 => Tensor.From<double>(Doubles(), Shape),
        DType.Float32 => Tensor.From<float>([.. _data.EnumerateArray().Select(Single)], Shape),
        DType.Float16 => Tensor.From<Half>(Array.ConvertAll(Doubles(), v => (Half)v), Shape),
        DType.BFloat16 => Tensor.From<BFloat16>(Array.ConvertAll(Doubles(), v => (BFloat16)(float)v), Shape),
        DType.Complex128 => Tensor.From<Complex>([.. Doubles().Chunk(2).Select(p => new Complex(p[0], p[1]))], Shape),
        DType.Complex64 =>
            Tensor.From<Complex64>([.. _data.EnumerateArray().Select(Single).Chunk(2).Select(p => new Complex64(p[0], p[1]))], Shape),
        DType.Bool => Tensor.From<bool>([.. _data.EnumerateArray().Select(v => v.GetBoolean())], Shape),
        DType.String => Tensor.FromStrings([.. _data.EnumerateArray().Select(v => v.GetString()!)], Shape),
        DType.UInt64 => Tensor.From<ulong>([.. _data.EnumerateArray().Select(v => v.GetUInt64())], Shape),
        DType.Int64 => Tensor.From<long>(Longs(), Shape),
        DType.Int32 => Tensor.From<int>(Array.ConvertAll(Longs(), v => (int)v), Shape),
        DType.Int16 => Tensor.From<short>(Array.ConvertAll(Longs(), v => (short)v), Shape),
        DType.Int8 => Tensor.From<sbyte>(Array.ConvertAll(Longs(), v => (sbyte)v), Shape),
        DType.UInt8 => Tensor.From<byte>(Array.ConvertAll(Longs(), v => (byte)v), Shape),
        DType.UInt16 => Tensor.From<ushort>(Array.ConvertAll(Longs(), v => (ushort)v), Shape),
        DType.UInt32 => Tensor.From<uint>(Array.ConvertAll(Longs(), v => (uint)v), Shape),
        _ => throw new InvalidOperationException($"no values of {DType}"),
    };

    /// <summary>
    /// Fails unless the tensor has this shape and dtype, and these values up to a tolerance that counts for float64; the others follow from
    /// it.
    /// </summary>
    public void AssertMatches(Tensor? actual, double tolerance, string what)
    {
        Assert.True(actual is not null, $"{what}: expected {DType.PythonName}{Shape}, received null");
        Assert.True(actual.DType == DType
            && actual.Shape == Shape, $"{what}: expected {DType.PythonName}{Shape}, received {actual.Describe()}");
        if (DType == DType.String)
        {
            Assert.Equal(_data.EnumerateArray().Select(v => v.GetString()!), actual.ToStrings());
        }
        else if (DType.IsDifferentiable)
        {
            Compare(Expected(), Actual(actual), ToleranceFor(tolerance), what);
        }
        else
        {
            using Tensor expected = ToTensor();
            Assert.True(Bytes(expected).SequenceEqual(Bytes(actual)), $"{what}: expected {expected}, received {actual}");
        }
    }

    private static byte[] Bytes(Tensor tensor)
    {
        using HostTensorHandle host = tensor.ResolveToHost();
        return HostTensors.Bytes(host).ToArray();
    }

    private static void Compare(double[] expected, double[] actual, double tolerance, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double e = expected[i], a = actual[i];
            bool same = e.Equals(a) || Math.Abs(e - a) <= tolerance * Math.Max(1, Math.Abs(e));
            Assert.True(same, string.Create(CultureInfo.InvariantCulture, $"{what}[{i}]: expected {e:R}, received {a:R}"));
        }
    }

    private static float Single(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? (float)Special(value)
        : float.Parse(value.GetRawText(), CultureInfo.InvariantCulture);

    private static double Special(JsonElement value) => value.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        string other => throw new InvalidOperationException($"unknown number {other}"),
        null => throw new InvalidOperationException("null in the data"),
    };

    private static double[] Actual(Tensor tensor) => tensor.DType switch
    {
        DType.Complex128 => [.. tensor.ToArray<Complex>().SelectMany(z => new[] { z.Real, z.Imaginary })],
        DType.Complex64 => [.. tensor.ToArray<Complex64>().SelectMany(z => new double[] { z.Real, z.Imaginary })],
        _ => tensor.ToDoubles(),
    };

    private double ToleranceFor(double tolerance) => DType switch
    {
        DType.Float64 or DType.Complex128 => tolerance,
        DType.Float32 or DType.Complex64 => tolerance == 0 ? 0 : Math.Max(1e-5, tolerance),
        DType.Float16 => 2e-3,
        _ => 2e-2,
    };

    private double[] Expected() =>
        DType is DType.Float32 or DType.Complex64 ? [.. _data.EnumerateArray().Select(v => (double)Single(v))] : Doubles();

    private double[] Doubles() => [.. _data.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.String ? Special(v) : v.GetDouble())];

    private long[] Longs() => [.. _data.EnumerateArray().Select(v => v.GetInt64())];
}

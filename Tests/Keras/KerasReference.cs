using System.Globalization;
using System.Text.Json;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>Reads the arrays of <c>reference/keras</c> and compares with them.</summary>
internal static class KerasReference
{
    public static JsonElement Read(params string[] parts)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ReferenceRoot.Require(["keras", .. parts])));
        return document.RootElement.Clone();
    }

    public static double[] Numbers(JsonElement array) => [.. array.GetProperty("data").EnumerateArray().Select(Number)];

    public static Shape ShapeOf(JsonElement array) =>
        Shape.Create([.. array.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]);

    public static Tensor ToTensor(JsonElement array)
    {
        double[] numbers = Numbers(array);
        Shape shape = ShapeOf(array);
        return array.GetProperty("dtype").GetString() switch
        {
            "float64" => Tensor.From<double>(numbers, shape),
            "float32" => Tensor.From<float>(Array.ConvertAll(numbers, v => (float)v), shape),
            "int32" => Tensor.From<int>(Array.ConvertAll(numbers, v => (int)v), shape),
            "int64" => Tensor.From<long>(Array.ConvertAll(numbers, v => (long)v), shape),
            "bool" => Tensor.From<bool>(Array.ConvertAll(numbers, v => v != 0), shape),
            "uint8" => Tensor.From<byte>(Array.ConvertAll(numbers, v => (byte)v), shape),
            string other => throw new InvalidOperationException(other),
            null => throw new InvalidOperationException(),
        };
    }

    public static void AssertClose(JsonElement expected, Tensor actual, double tolerance)
    {
        Assert.Equal(ShapeOf(expected), actual.Shape);
        AssertClose(Numbers(expected), actual.ToDoubles(), tolerance);
    }

    /// <summary>
    /// Within the tolerance times the larger of 1 and the size of the expected number; NaN, infinities and zeros as they are.
    /// </summary>
    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool close = double.IsFinite(expected[i])
                ? Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]))
                : expected[i].Equals(actual[i]);
            Assert.True(close,
                string.Create(CultureInfo.InvariantCulture, $"element {i}: expected {expected[i]:R}, received {actual[i]:R}"));
        }
    }

    private static double Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => double.Parse(element.GetString()!, CultureInfo.InvariantCulture),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => element.GetDouble(),
    };
}

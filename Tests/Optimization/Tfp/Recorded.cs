using System.Globalization;
using System.Text.Json;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>Reads the files of <c>lbfgs/</c>: arrays as <c>{shape, dtype, data}</c>, numbers that are not finite as texts.</summary>
internal static class Recorded
{
    public static JsonElement File(string name)
    {
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllText(ReferenceRoot.Require("lbfgs", name)));
        return document.RootElement.Clone();
    }

    /// <summary>A number, or the elements of an array.</summary>
    public static double[] Numbers(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? [.. element.GetProperty("data").EnumerateArray().Select(Number)] : [element.Number()];

    public static double[] Numbers(this JsonElement element, string name) => element.GetProperty(name).Numbers();

    public static double Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? double.Parse(element.GetString()!, CultureInfo.InvariantCulture) : element.GetDouble();

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).Number();

    public static int Count(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    /// <summary>A flag, or those of an array.</summary>
    public static bool[] Flags(this JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Object } array
            ? [.. array.GetProperty("data").EnumerateArray().Select(flag => flag.GetBoolean())] : [element.GetProperty(name).GetBoolean()];

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static long[] Shape(this JsonElement array) => [.. array.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
}

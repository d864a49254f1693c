using System.Text.Json;

namespace TfLbfgs.Keras.Serialization;

/// <summary>The value of a field in a configuration, with what is needed to read and to refuse it.</summary>
/// <param name="Reader">The reader of the component.</param>
/// <param name="Name">The name of the field.</param>
/// <param name="Element">The value.</param>
internal readonly record struct FieldValue(ConfigReader Reader, string Name, JsonElement Element)
{
    public bool IsList => Element.ValueKind == JsonValueKind.Array;

    public ModelConfigException Fail(string expected) => Reader.Config.Fail(Name, expected, Element);

    public IEnumerable<FieldValue> Items()
    {
        foreach (JsonElement item in Element.EnumerateArray())
            yield return this with { Element = item };
    }

    public long Integer(string expected) =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out double number) && Math.Abs(number) <= 1L << 53
        && number == Math.Floor(number)
        ? (long)number
        : throw Fail(expected);

    public int Int32(string expected)
    {
        long value = Integer(expected);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Fail(expected);
    }

    public double Number(string expected) => Element.ValueKind switch
    {
        JsonValueKind.Number when Element.TryGetDouble(out double number) => number,
        // Keras writes numbers that JSON lacks as texts.
        JsonValueKind.String when double.TryParse(Element.GetString(), System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture, out double special) => special,
        _ => throw Fail(expected),
    };

    public string Text(string expected) => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Fail(expected);
}

using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>The one declaration of ranges as fields of layers: a number, or two in a list. Two are written.</summary>
internal static class NumberRangeField
{
    /// <summary>Declares a range.</summary>
    /// <param name="fields">Receives the declaration.</param>
    /// <param name="name">The name in Keras files.</param>
    /// <param name="value">The C# field.</param>
    /// <param name="minimum">The smallest bound; a number alone begins there where its negative is smaller.</param>
    /// <param name="maximum">The largest bound.</param>
    /// <param name="overlaps">Whether a range need only overlap that from minimum to maximum, as Keras 3 checks factors; default false: it
    /// lies within.</param>
    /// <param name="required">Whether a configuration must have it.</param>
    /// <param name="prefersNumber">Whether a range around 0 is written as one number; default false.</param>
    public static void Range(
        this ConfigFields fields, string name, ref NumberRange value, double minimum = double.MinValue, double maximum = double.MaxValue,
            bool overlaps = false, bool required = false,
        bool prefersNumber = false)
    {
        fields.Exchange(new FieldDeclaration(name, required), ref value, Form(minimum, maximum, overlaps, prefersNumber));
        value = value.From(minimum);
    }

    /// <summary>Declares a range that may be null.</summary>
    /// <inheritdoc cref="Range"/>
    public static void OptionalRange(this ConfigFields fields, string name, ref NumberRange? value, double minimum = double.MinValue,
        double maximum = double.MaxValue)
    {
        FieldForm<NumberRange> form = Form(minimum, maximum, overlaps: false);
        fields.Exchange(
            new FieldDeclaration(name), ref value,
            new FieldForm<NumberRange?>(
                form.Text + ", or null", field =>
                    form.Read(field), (range, writer) => range is { } given
                    ? form.Write(given, writer) : null, range => range is not { } given || form.IsValid!(given), AllowsNull: true));
        value = value?.From(minimum);
    }

    private static FieldForm<NumberRange> Form(double minimum, double maximum, bool overlaps, bool prefersNumber = false)
    {
        string text = minimum == double.MinValue
            ? "a number or two numbers" : FormattableString.Invariant($"a number or two numbers from {minimum} to {maximum}");
        return new FieldForm<NumberRange>(
            text, value =>
                Read(value, text), (value, _) => prefersNumber && value.Lower == -value.Upper ? JsonValue.Create(value.Upper)
                : new JsonArray(value.Lower, value.Upper),
            value => overlaps
                ? value.Lower <= maximum && value.Upper >= minimum : value.From(minimum).Lower >= minimum && value.Upper <= maximum);
    }

    private static NumberRange Read(FieldValue value, string text)
    {
        if (!value.IsList)
            return value.Number(text) is var number ? Math.Abs(number) : default;
        double[] bounds = [.. value.Items().Select(item => item.Number(text))];
        return bounds.Length == 2 ? new NumberRange(bounds[0], bounds[1]) : throw value.Fail(text);
    }
}

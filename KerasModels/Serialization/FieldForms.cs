using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Serialization;

/// <summary>The forms of fields.</summary>
internal static class FieldForms
{
    public static readonly FieldForm<bool> Flag = new("true or false", ReadFlag, (value, _) => value);

    public static readonly FieldForm<bool?> OptionalFlag =
        new("true, false or null", value => ReadFlag(value), (value, _) => value, AllowsNull: true);

    public static readonly FieldForm<string> Text = new("a text", value => value.Text("a text"), (value, _) => value);

    public static readonly FieldForm<string?> OptionalText =
        new("a text or null", value => value.Text("a text"), (value, _) => value, AllowsNull: true);

    public static readonly FieldForm<Tensors.Shape?> Shape =
        new("a list of sizes", ReadShape, (value, _) => ToJson(value), AllowsNull: true);

    public static readonly FieldForm<double[]?> OptionalNumbers =
        new("an array of numbers", ReadNumbers, (value, _) => ToJson(value, number => JsonValue.Create(number)), AllowsNull: true);

    public static readonly FieldForm<string[]?> OptionalTexts =
        new("a list of texts", ReadTexts, (value, _) => ToJson(value, text => JsonValue.Create(text)), AllowsNull: true);

    public static readonly FieldForm<DType?> OptionalDType =
        new("the name of a dtype", ReadDType, (value, _) => value?.PythonName, AllowsNull: true);

    public static readonly FieldForm<JsonElement?> Json =
        new("any value", value => value.Element.Clone(), (value, _) => value is { } element
        ? JsonNode.Parse(element.GetRawText()) : null, AllowsNull: true);

    public static readonly FieldForm<long?> Seed = new(
        "an integer or null", value =>
            value.Element.ValueKind == JsonValueKind.Number ? value.Integer("an integer") : null, (value, _) => value, AllowsNull: true);

    public static FieldForm<bool> Only(bool only)
    {
        string text = only ? "true, which is all that is known here" : "false, which is all that is known here";
        return new FieldForm<bool>(text, ReadFlag, (value, _) => value, value => value == only);
    }

    public static FieldForm<long> Integer(long? minimum)
    {
        string text = IntegerText(minimum);
        return new FieldForm<long>(text, value => value.Integer(text), (value, _) => value, value => !(value < minimum));
    }

    public static FieldForm<int> Int32(int? minimum)
    {
        string text = IntegerText(minimum);
        return new FieldForm<int>(text, value => value.Int32(text), (value, _) => value, value => !(value < minimum));
    }

    public static FieldForm<long?> OptionalInteger(long? minimum)
    {
        string text = IntegerText(minimum) + ", or null";
        return new FieldForm<long?>(text, value => value.Integer(text), (value, _) => value, value => !(value < minimum), AllowsNull: true);
    }

    public static FieldForm<int?> OptionalInt32(int? minimum)
    {
        string text = IntegerText(minimum) + ", or null";
        return new FieldForm<int?>(text, value => value.Int32(text), (value, _) => value, value => !(value < minimum), AllowsNull: true);
    }

    public static FieldForm<double> Number(double? minimum, double? maximum, bool positive)
    {
        string text = NumberText(minimum, maximum, positive);
        return new FieldForm<double>(text, value => value.Number(text), (value, _) => ToJson(value),
            value => IsWithin(value, minimum, maximum) && (!positive || value > 0));
    }

    public static FieldForm<double?> OptionalNumber(double? minimum, double? maximum)
    {
        string text = NumberText(minimum, maximum, false) + ", or null";
        return new FieldForm<double?>(
            text, value =>
                value.Number(text), (value, _) => value is { } number
                ? ToJson(number) : null, value => value is null || IsWithin(value.Value, minimum, maximum), AllowsNull: true);
    }

    public static FieldForm<string> Choice(IReadOnlyList<string> choices)
    {
        string text = $"one of {string.Join(", ", choices)}";
        return new FieldForm<string>(text, value => value.Text(text), (value, _) => value, choices.Contains);
    }

    public static FieldForm<string?> OptionalChoice(IReadOnlyList<string> choices)
    {
        string text = $"one of {string.Join(", ", choices)}, or null";
        return new FieldForm<string?>(text, value => value.Text(text), (value, _) => value, value => value is null
            || choices.Contains(value), AllowsNull: true);
    }

    public static FieldForm<T> OptionalChoice<T>(IReadOnlyList<(string Text, T Value)> choices) where T : struct
    {
        FieldForm<T> form = Choice(choices);
        return form with
        {
            Text = form.Text + ", or null",
            Write = (value, fields) => value.Equals(default(T)) ? null : form.Write(value, fields),
            IsValid = value => value.Equals(default(T)) || form.IsValid!(value),
            AllowsNull = true,
        };
    }

    public static FieldForm<T> Choice<T>(IReadOnlyList<(string Text, T Value)> choices) where T : notnull
    {
        string text = $"one of {string.Join(", ", choices.Select(c => c.Text))}";
        return new FieldForm<T>(
            text,
            value =>
            {
                string received = value.Text(text);
                int index = choices.ToList().FindIndex(c => c.Text == received);
                return index >= 0 ? choices[index].Value : throw value.Fail(text);
            },
            (value, _) => choices.First(c => c.Value.Equals(value)).Text,
            value => choices.Any(c => c.Value.Equals(value)));
    }

    public static FieldForm<int[]> Integers(int? count, int? minimum)
    {
        string text = IntegersText(count, minimum);
        return new FieldForm<int[]>(
            text, value => ReadIntegers(value, count, minimum, text), (value, _) => ToJson(value, number => JsonValue.Create(number)),
            value => (count is null || value.Length == count) && value.All(v => !(v < minimum)));
    }

    public static FieldForm<int[]?> OptionalIntegers(int? count, int? minimum)
    {
        string text = IntegersText(count, minimum) + ", or null";
        return new FieldForm<int[]?>(
            text, value => ReadIntegers(value, count, minimum, text), (value, _) => ToJson(value, number => JsonValue.Create(number)),
            value => value is null || ((count is null || value.Length == count) && value.All(v => !(v < minimum))), AllowsNull: true);
    }

    public static FieldForm<long[]?> OptionalInt64s(int? count)
    {
        string text = IntegersText(count, null) + ", or null";
        return new FieldForm<long[]?>(
            text, value =>
                value.IsList
                ? [.. value.Items().Select(item => ReadInt64(item, text))] : [.. Enumerable.Repeat(ReadInt64(value, text), count ?? 1)],
            (value, _) =>
                ToJson(value, number => JsonValue.Create(number)), value => value is null || count is null
                || value.Length == count, AllowsNull: true);
    }

    public static FieldForm<int[]> Axes(AxesForm form)
    {
        const string Text = "an axis or a list of axes";
        return new FieldForm<int[]>(
            Text, value => ReadIntegers(value, null, null, Text),
            (axes, fields) =>
                axes.Length == 1
                && (form == AxesForm.Integer || (form == AxesForm.ListInKeras2 && fields.Generation == KerasGeneration.Keras3))
                ? JsonValue.Create(axes[0])
                : ToJson(axes, axis => JsonValue.Create(axis)));
    }

    public static FieldForm<int[][]> Pairs(int count, int? minimum)
    {
        string text = $"an integer, or {count} integers or pairs of integers{(minimum is null ? "" : $" of at least {minimum}")}";
        return new FieldForm<int[][]>(
            text, value =>
                ReadPairs(value, count, text), (value, _) => ToJson(value, pair => ToJson(pair, number => JsonValue.Create(number))),
            value => value.Length == count && value.All(pair => pair.Length == 2 && pair.All(v => !(v < minimum))));
    }

    public static FieldForm<T> Component<T>() where T : KerasComponent =>
        new("an object with class_name and config, or a name", value => (T)value.Reader.ReadComponent(typeof(T), value),
            (value, fields) => value.ToNode((ConfigWriter)fields));

    public static FieldForm<T?> OptionalComponent<T>() where T : KerasComponent => new(
        "an object with class_name and config, a name, or null", value =>
            (T)value.Reader.ReadComponent(typeof(T), value), (value, fields) => value?.ToNode((ConfigWriter)fields), AllowsNull: true);

    public static FieldForm<IReadOnlyList<T>> Components<T>() where T : KerasComponent => new(
        "a list of objects with class_name and config",
        value => value.IsList
            ? [.. value.Items().Select(item => (T)item.Reader.ReadComponent(typeof(T), item))]
            : throw value.Fail("a list of objects with class_name and config"),
        (value, fields) => ToJson(value, item => item.ToNode((ConfigWriter)fields)));

    /// <summary>A shape as a list, null for what is unknown.</summary>
    public static JsonArray? ToJson(Tensors.Shape? shape) => ToJson<long>(shape, dim => dim < 0 ? null : JsonValue.Create(dim));

    // JSON has no infinities and NaN; Python writes them by these names.
    private static JsonValue ToJson(double value) =>
        double.IsFinite(value)
        ? JsonValue.Create(value) : JsonValue.Create(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");

    private static JsonArray? ToJson<T>(IEnumerable<T>? items, Func<T, JsonNode?> write) =>
        items is null ? null : new JsonArray([.. items.Select(write)]);

    private static string IntegerText(long? minimum) => minimum is null ? "an integer" : $"an integer of at least {minimum}";

    private static string IntegersText(int? count, int? minimum) =>
        $"{(count is null ? "a list of integers" : $"an integer or a list of {count}")}{(minimum is null ? "" : $", each at least {minimum}")}";

    private static string NumberText(double? minimum, double? maximum, bool positive) => (minimum, maximum, positive) switch
    {
        (null, null, true) => "a number above 0",
        (null, null, _) => "a number",
        ({ } low, null, _) => FormattableString.Invariant($"a number of at least {low}"),
        (null, { } high, _) => FormattableString.Invariant($"a number of at most {high}"),
        ({ } low, { } high, _) => FormattableString.Invariant($"a number from {low} to {high}"),
    };

    private static bool IsWithin(double value, double? minimum, double? maximum) =>
        (minimum is null && maximum is null) || (!double.IsNaN(value) && !(value < minimum) && !(value > maximum));

    private static bool ReadFlag(FieldValue value) => value.Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.Element.TryGetInt32(out int number) && number is 0 or 1 => number == 1,
        _ => throw value.Fail("true or false"),
    };

    private static Tensors.Shape ReadShape(FieldValue value)
    {
        if (!value.IsList)
            throw value.Fail("a list of sizes");
        List<long> dims = [];
        foreach (FieldValue dim in value.Items())
        {
            long size = dim.Element.ValueKind == JsonValueKind.Null ? -1 : dim.Integer("an integer");
            if (size < 0 && dim.Element.ValueKind != JsonValueKind.Null)
                throw value.Fail("sizes of 0 or more, or null");
            dims.Add(size);
        }

        return Tensors.Shape.Create([.. dims]);
    }

    private static int[] ReadIntegers(FieldValue value, int? count, int? minimum, string text)
    {
        if (value.IsList)
            return [.. value.Items().Select(item => item.Int32(text))];
        int single = value.Int32(text);
        return minimum is { } low && single < low ? throw value.Fail(text) : [.. Enumerable.Repeat(single, count ?? 1)];
    }

    private static long ReadInt64(FieldValue value, string text) =>
        value.Element.ValueKind == JsonValueKind.Number && value.Element.TryGetInt64(out long number) ? number : value.Integer(text);

    private static int[][] ReadPairs(FieldValue value, int count, string text)
    {
        if (!value.IsList)
            return [.. Enumerable.Range(0, count).Select(_ => new[] { value.Int32(text), value.Int32(text) })];
        // (1, 2) of one dimension is a pair itself.
        if (count == 1 && value.Items().All(item => !item.IsList) && value.Items().Count() == 2)
            return [[.. value.Items().Select(item => item.Int32(text))]];
        return [.. value.Items()
            .Select(item => item.IsList ? item.Items().Select(i => i.Int32(text)).ToArray() : [item.Int32(text), item.Int32(text)])];
    }

    private static double[] ReadNumbers(FieldValue value)
    {
        List<double> numbers = [];
        void Collect(FieldValue part)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            if (!part.IsList)
                numbers.Add(part.Number("an array of numbers"));
            else
                part.Items().ToList().ForEach(Collect);
        }

        Collect(value);
        return [.. numbers];
    }

    private static string[] ReadTexts(FieldValue value) => value.IsList
        ? [.. value.Items()
            .Select(item => item.Element.ValueKind == JsonValueKind.Number ? item.Element.GetRawText() : item.Text("a list of texts"))]
        : throw value.Fail("a list of texts");

    private static DType? ReadDType(FieldValue value) =>
        DTypeFacts.FromPythonName(value.Text("the name of a dtype")) ?? throw value.Fail("the name of a dtype");
}

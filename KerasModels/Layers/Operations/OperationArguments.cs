using System.Text.Json;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The arguments of one execution of an operation by the names that Keras gives them: from its call, then from the configuration of its
/// layer. An argument that is null or absent has its default.
/// </summary>
/// <param name="owner">The layer, for messages.</param>
/// <param name="parameters">The names of the arguments without a name, in order.</param>
/// <param name="call">The arguments of the call.</param>
/// <param name="config">The configuration of the layer; null: none.</param>
/// <param name="inputs">The tensors of the call.</param>
internal sealed class OperationArguments(
    string owner, string[] parameters, OperationTemplate call, JsonElement? config, IReadOnlyList<Tensor> inputs)
{
    /// <summary>All tensors of the call, in the order in which they stand in it.</summary>
    public IReadOnlyList<Tensor> Inputs => inputs;

    /// <summary>The number of arguments without a name.</summary>
    public int PositionalCount => call.Positional.Count;

    /// <summary>Whether an argument is given and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A tensor, or a constant as one.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="like">Gives a constant without a dtype its own; null: the first tensor of the call.</param>
    public Tensor Tensor(string name, Tensor? like = null) => OptionalTensor(name, like) ?? throw Missing(name, "a tensor");

    /// <summary>A tensor, or a constant as one; null where it is not given.</summary>
    public Tensor? OptionalTensor(string name, Tensor? like = null) => Find(name) is { } value ? ToTensor(name, value, like) : null;

    /// <summary>A list of tensors and constants; one alone is a list of one.</summary>
    public Tensor[] Tensors(string name)
    {
        JsonElement value = Find(name) ?? throw Missing(name, "a list of tensors");
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => ToTensor(name, item, null))]
            : [ToTensor(name, value, null)];
    }

    /// <summary>The arguments without a name as tensors, from one on.</summary>
    public Tensor[] Rest(int first) =>
        [.. call.Positional.Skip(first).Select((value, i) => ToTensor($"argument {first + i}", value, null))];

    /// <summary>A list of integers of which some are tensors, as a tensor of int32: a shape, sizes, positions.</summary>
    public Tensor Integers(string name)
    {
        JsonElement value = Find(name) ?? throw Missing(name, "integers");
        if (OperationTemplate.InputOf(value) is not null || IsTyped(value))
            return ToTensor(name, value, null);
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (items.All(item => item.ValueKind is JsonValueKind.Number or JsonValueKind.Null))
            return TfLbfgs.Tensors.Tensor.From<int>([.. items.Select(item => checked((int)Integer(item)))]);
        return Tf.Stack([.. items.Select(item => item.ValueKind is JsonValueKind.Number or JsonValueKind.Null
            ? TfLbfgs.Tensors.Tensor.Scalar((int)Integer(item)) : Tf.Cast(ToTensor(name, item, null), Runtime.DType.Int32))]);

        long Integer(JsonElement item) => item.ValueKind == JsonValueKind.Null ? -1 : ToLong(name, item);
    }

    /// <summary>An integer.</summary>
    public int Int(string name, int fallback) => OptionalInt(name) ?? fallback;

    /// <summary>An integer that must be given.</summary>
    public int Int(string name) => OptionalInt(name) ?? throw Missing(name, "an integer");

    /// <summary>An integer; null where it is not given.</summary>
    public int? OptionalInt(string name) => Find(name) is { } value ? (int)ToLong(name, value) : null;

    /// <summary>An axis: a default where it is not given, null where it is given as null, which means all of them.</summary>
    public int? Axis(int fallback) => OptionalInt("axis") is { } axis ? axis
        : call.Named.ContainsKey("axis") || (config is { } fields && fields.TryGetProperty("axis", out _)) ? null : fallback;

    /// <summary>A list of integers, or one alone; null where it is not given.</summary>
    public int[]? OptionalInts(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => (int)ToLong(name, item))],
        { } single => [(int)ToLong(name, Plain(single))],
    };

    /// <summary>A list of integers that must be given.</summary>
    public int[] Ints(string name) => OptionalInts(name) ?? throw Missing(name, "integers");

    /// <summary>This many integers, of which one alone stands for all; a default where they are not given.</summary>
    public int[] Ints(string name, int count, int fallback) => OptionalInts(name) switch
    {
        null => [.. Enumerable.Repeat(fallback, count)],
        [int single] => [.. Enumerable.Repeat(single, count)],
        { } list when list.Length == count => list,
        { } list => throw new TfLbfgsException($"{owner}: expected {count} integers as '{name}', received {list.Length}."),
    };

    /// <summary>A number.</summary>
    public double Number(string name, double fallback) => Find(name) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.Number } value => value.GetDouble(),
        // Keras writes infinity as a text.
        { ValueKind: JsonValueKind.String } text when ToDouble(text) is { } value => value,
        { ValueKind: JsonValueKind.Object } typed when ToDouble(Plain(typed)) is { } value => value,
        { } other => throw Wrong(name, "a number", other),
    };

    /// <summary>This many numbers, of which one alone stands for all; a default where they are not given.</summary>
    public double[] Numbers(string name, int count, double fallback) => Find(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(item => ToDouble(item) ?? throw Wrong(name, "numbers", list))]
        : [.. Enumerable.Repeat(Number(name, fallback), count)];

    /// <summary>A flag.</summary>
    public bool Flag(string name, bool fallback = false) => Find(name) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(name, "true or false", other),
    };

    /// <summary>A text.</summary>
    public string Text(string name, string fallback) => Find(name) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.String } value => value.GetString()!,
        { } other => throw Wrong(name, "a text", other),
    };

    /// <summary>A dtype; of floating-point ones that of the run, where it computes in another than the model was made in.</summary>
    public DType? DType(string name)
    {
        if (Find(name) is not { } value)
            return null;
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "the name of a dtype", value);
        DType dtype = DTypeFacts.FromPythonName(text.StartsWith("tf.", StringComparison.Ordinal) ? text[3..] : text)
            ?? throw Wrong(name, "the name of a dtype", value);
        return dtype.IsFloating ? VariableSubstitution.ComputeDType ?? dtype : dtype;
    }

    /// <summary>An argument as it stands in the file; null where it is not given.</summary>
    public JsonElement? Find(string name)
    {
        int position = Array.IndexOf(parameters, name);
        if (position >= 0 && position < call.Positional.Count)
            return NotNull(call.Positional[position]);
        if (call.Named.TryGetValue(name, out JsonElement named))
            return NotNull(named);
        return config is { } fields && fields.TryGetProperty(name, out JsonElement field) ? NotNull(field) : null;
    }

    /// <summary>The first of some arguments that is a tensor of the model; null where all are constants.</summary>
    public Tensor? FirstInput(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Find(name) is { } value && OperationTemplate.InputOf(value) is { } input)
                return inputs[input];
        }

        return null;
    }

    /// <summary>The product of two tensors over the axes that <c>axes</c> states: a number of them, or a list for each tensor.</summary>
    public Tensor TensorDot(Tensor x, Tensor y)
    {
        if (Find("axes") is not { ValueKind: JsonValueKind.Array } axes)
            return Tf.TensorDot(x, y, Int("axes", 2));
        int[][] lists = [.. axes.EnumerateArray().Select(Axes)];
        return lists is [var ofX, var ofY]
            ? Tf.TensorDot(x, y, ofX, ofY)
            : throw Fail($"expected the axes of two tensors, received {lists.Length} lists.");

        static int[] Axes(JsonElement item) =>
            item.ValueKind == JsonValueKind.Array ? [.. item.EnumerateArray().Select(axis => axis.GetInt32())] : [item.GetInt32()];
    }

    /// <summary>A value of a list as a tensor.</summary>
    public Tensor ToTensor(string name, JsonElement value, Tensor? like)
    {
        if (OperationTemplate.InputOf(value) is { } input)
            return inputs[input];
        JsonElement plain = Plain(value);
        // A list with tensors in it is one tensor.
        if (plain.ValueKind == JsonValueKind.Array && ContainsInput(plain))
            return Tf.Stack([.. plain.EnumerateArray().Select(item => ToTensor(name, item, like))]);
        ConstantArray constant = ConstantArray.Of(plain) ?? throw Wrong(name, "a tensor or numbers", value);
        if (TypeOf(value) is { } stated)
            return constant.ToTensor(stated);
        DType wanted = (like ?? (inputs.Count > 0 ? inputs[0] : null))?.DType ?? constant.DType;
        return constant.ToTensor(Promotion.OfConstant(wanted, constant.DType));
    }

    /// <summary>An error that names the operation.</summary>
    public TfLbfgsException Fail(string message) => new($"{owner}: {message}");

    private static bool ContainsInput(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Any(ContainsInput)
        : OperationTemplate.InputOf(value) is not null;

    private static JsonElement? NotNull(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value;

    private static bool IsTyped(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("class_name", out JsonElement name)
            && name.ValueKind == JsonValueKind.String
        && name.GetString() is "__tensor__" or "__numpy__" && value.TryGetProperty("config", out JsonElement config)
            && config.TryGetProperty("value", out _);

    // Keras 3 writes arrays and tensors as objects with their dtype.
    private static JsonElement Plain(JsonElement value) => IsTyped(value) ? value.GetProperty("config").GetProperty("value") : value;

    private static DType? TypeOf(JsonElement value)
    {
        if (!IsTyped(value) || !value.GetProperty("config").TryGetProperty("dtype", out JsonElement dtype)
            || dtype.ValueKind != JsonValueKind.String)
            return null;
        return DTypeFacts.FromPythonName(dtype.GetString()!) is not { } known
            ? null : known.IsFloating ? VariableSubstitution.ComputeDType ?? known : known;
    }

    private static double? ToDouble(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => PythonJson.NumberOf(value.GetString()) ?? value.GetString() switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "nan" => double.NaN,
            _ => null,
        },
        _ => null,
    };

    private long ToLong(string name, JsonElement value)
    {
        JsonElement plain = Plain(value);
        if (plain.ValueKind == JsonValueKind.Number && plain.TryGetDouble(out double number) && number == Math.Floor(number)
            && Math.Abs(number) <= int.MaxValue)
            return (long)number;
        throw Wrong(name, "an integer", value);
    }

    private TfLbfgsException Missing(string name, string expected) => new($"{owner}: expected {expected} as '{name}', received none.");

    private TfLbfgsException Wrong(string name, string expected, JsonElement value) =>
        new($"{owner}: expected {expected} as '{name}', received {Serialization.ConfigObject.Excerpt(value)}.");
}

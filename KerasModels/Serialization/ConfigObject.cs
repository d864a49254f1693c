using System.Text.Json;

namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// A JSON object of a configuration, read with checks: a wrong kind of value becomes an exception that names whose it is. Python: a
/// <c>get_config()</c> dictionary.
/// </summary>
internal readonly struct ConfigObject
{
    private readonly JsonElement _element;

    /// <summary>How deeply configurations may be nested: deeper than models are that Keras can build.</summary>
    public const int MaxDepth = 512;

    public ConfigObject(JsonElement element, string owner)
    {
        Owner = owner;
        _element = element;
        if (element.ValueKind != JsonValueKind.Object)
            throw Fail("an object", element);
    }

    /// <summary>Whose configuration it is, for messages: <c>Layer 'dense' (Dense)</c>.</summary>
    public string Owner { get; }

    /// <summary>The object as JSON.</summary>
    public JsonElement Element => _element;

    /// <summary>An object without members.</summary>
    public static ConfigObject Empty(string owner)
    {
        using var document = JsonDocument.Parse("{}");
        return new ConfigObject(document.RootElement.Clone(), owner);
    }

    /// <summary>The same object under another name in messages.</summary>
    public ConfigObject Of(string owner) => new(_element, owner);

    /// <summary>True when the member is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>True when the member is a number.</summary>
    public bool IsNumber(string name) => Find(name) is { ValueKind: JsonValueKind.Number };

    /// <summary>The member, which may be JSON's null; null when it is missing.</summary>
    public JsonElement? FindOrNull(string name) => _element.TryGetProperty(name, out JsonElement value) ? value : null;

    /// <summary>The member; null when it is missing or null.</summary>
    public JsonElement? Find(string name) =>
        _element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) =>
        Find(name) is not { } value
        ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Fail(name, "a text", value);

    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    public double Number(string name, double fallback) => Find(name) is not { } value ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : throw Fail(name, "a number", value);

    public long Integer(string name) => Find(name) is not { } value ? throw Missing(name) : ToInteger(name, value);

    public bool Flag(string name, bool fallback) => Find(name) is not { } value ? fallback
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Fail(name, "true or false", value);

    public ConfigObject? Object(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new ConfigObject(value, Owner) : throw Fail(name, "an object", value);

    public ConfigObject RequiredObject(string name) => Object(name) ?? throw Missing(name);

    public IReadOnlyList<JsonElement> List(string name) => Find(name) is not { } value ? throw Missing(name)
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Fail(name, "a list", value);

    public T Choice<T>(string name, T fallback, params (string Name, T Value)[] choices)
    {
        if (Text(name) is not { } text)
            return fallback;
        foreach ((string choice, T value) in choices)
        {
            if (choice == text)
                return value;
        }

        throw new ModelConfigException(
            $"{Owner}: expected {name} to be one of {string.Join(", ", choices.Select(c => c.Name))}, received '{text}'.");
    }

    /// <summary>A shape with null for what is unknown; null when the member is missing.</summary>
    public Tensors.Shape? Shape(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Fail(name, "a list of sizes", value);
        List<long> dims = [];
        foreach (JsonElement dim in value.EnumerateArray())
        {
            long size = dim.ValueKind == JsonValueKind.Null ? -1 : ToInteger(name, dim);
            if (size < -1 || (size == -1 && dim.ValueKind != JsonValueKind.Null))
                throw Fail(name, "sizes of 0 or more, or null", value);
            dims.Add(size);
        }

        return Tensors.Shape.Create([.. dims]);
    }

    /// <summary>The members that are there, not null, and not among those named.</summary>
    public IEnumerable<string> Others(params string[] known) => _element.EnumerateObject()
        .Where(member => member.Value.ValueKind != JsonValueKind.Null).Select(member => member.Name).Except(known);

    /// <summary>The members with their values.</summary>
    public IEnumerable<JsonProperty> Members() => _element.EnumerateObject();

    public ModelConfigException Missing(string name) =>
        new($"{Owner}: expected '{name}' in its configuration, received none. The configuration is incomplete; save the model again with "
        + "Keras.");

    public ModelConfigException Fail(string name, string expected, JsonElement received) =>
        new($"{Owner}: expected {name} to be {expected}, received {Excerpt(received)}. The configuration is damaged; save the model "
            + "again with Keras.");

    /// <summary>A value for a message: one short line.</summary>
    public static string Excerpt(JsonElement element)
    {
        string text = new([.. element.GetRawText().Select(c => char.IsControl(c) ? ' ' : c)]);
        return text.Length <= 80 ? text : text[..77] + "...";
    }

    private ModelConfigException Fail(string expected, JsonElement received) =>
        new($"{Owner}: expected {expected}, received {Excerpt(received)}. The configuration is damaged; save the model again with Keras.");

    private long ToInteger(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && Math.Abs(number) <= 1L << 53
            && number == Math.Floor(number)
            ? (long)number
            : throw Fail(name, "an integer", value);
}

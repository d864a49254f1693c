using System.Text.Json;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// What a call gives a layer besides its inputs, by the names that Keras uses: tensors such as <c>mask</c>, <c>attention_mask</c> and
/// <c>initial_state</c>, and flags such as <c>use_causal_mask</c>. Python: the
/// keyword arguments of a call.
/// </summary>
public sealed class CallArguments
{
    private readonly Dictionary<string, IReadOnlyList<Tensor?>> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _flags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);

    /// <summary>A call without arguments.</summary>
    public static CallArguments None { get; } = new();

    /// <summary>The names of the tensors that are given.</summary>
    public IEnumerable<string> TensorNames => _tensors.Keys;

    /// <summary>The flags that are given.</summary>
    public IReadOnlyDictionary<string, bool> Flags => _flags;

    /// <summary>Gives a tensor.</summary>
    /// <param name="name">The name in Keras.</param>
    /// <param name="value">The tensor; borrowed.</param>
    /// <returns>This object.</returns>
    public CallArguments With(string name, Tensor value) => With(name, [value]);

    /// <summary>Gives several tensors under one name.</summary>
    /// <param name="name">The name in Keras.</param>
    /// <param name="values">The tensors; null where one of them is not given; borrowed.</param>
    /// <returns>This object.</returns>
    public CallArguments With(string name, IReadOnlyList<Tensor?> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        _tensors[name] = values;
        return this;
    }

    /// <summary>Sets a flag.</summary>
    /// <param name="name">The name in Keras.</param>
    /// <param name="value">The value.</param>
    /// <returns>This object.</returns>
    public CallArguments With(string name, bool value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _flags[name] = value;
        return this;
    }

    /// <summary>The tensors of a name.</summary>
    /// <param name="name">The name in Keras.</param>
    /// <returns>The tensors; empty where none are given.</returns>
    public IReadOnlyList<Tensor?> Tensors(string name) =>
        _tensors.GetValueOrDefault(name)
        ?? (_values.TryGetValue(name, out JsonElement value) && ConstantOf(value) is { } constant ? [constant] : []);

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">The name in Keras.</param>
    /// <returns>The tensor; null where it is not given.</returns>
    public Tensor? Tensor(string name) => Tensors(name) is [{ } tensor, ..] ? tensor : null;

    /// <summary>The flag of a name.</summary>
    /// <param name="name">The name in Keras.</param>
    /// <param name="fallback">The value where it is not given; default false.</param>
    /// <returns>The value.</returns>
    public bool Flag(string name, bool fallback = false) => _flags.TryGetValue(name, out bool value) ? value : fallback;

    /// <summary>The same arguments with other tensors in place of each.</summary>
    internal CallArguments Select(Func<Tensor, Tensor> map)
    {
        CallArguments result = new() { Operation = Operation };
        foreach ((string name, IReadOnlyList<Tensor?> values) in _tensors)
            result._tensors[name] = [.. values.Select(value => value is null ? null : map(value))];
        foreach ((string name, bool value) in _flags)
            result._flags[name] = value;
        foreach ((string name, JsonElement value) in _values)
            result._values[name] = value;
        return result;
    }

    /// <summary>Keeps a constant as it stands in a file.</summary>
    internal CallArguments With(string name, JsonElement value)
    {
        _values[name] = value;
        return this;
    }

    /// <summary>The arguments of an operation as they stand in a file; null for other layers.</summary>
    internal OperationTemplate? Operation { get; init; }

    /// <summary>Constants as they stand in a file.</summary>
    internal IReadOnlyDictionary<string, JsonElement> Values => _values;

    /// <summary>The call as it stood in a file; null for one that was made in code.</summary>
    internal CallForm? Form { get; set; }

    internal IEnumerable<string> Names => _tensors.Keys.Concat(_flags.Keys).Concat(_values.Keys);

    internal bool IsEmpty => _tensors.Count == 0 && _flags.Count == 0 && _values.Count == 0 && Operation is null;

    internal IEnumerable<Tensor> AllTensors => _tensors.Values.SelectMany(values => values).OfType<Tensor>();

    // Keras 3 wraps arrays of NumPy and tensors.
    private static Tensor? ConstantOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("config", out JsonElement config)
            && config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty("value", out JsonElement inner))
        {
            value = inner;
        }

        return value.ValueKind == JsonValueKind.Array && ConstantArray.Of(value) is { } constant
            ? constant.ToTensor(constant.DType == DType.Float32 ? KerasConfig.FloatX : constant.DType) : null;
    }
}

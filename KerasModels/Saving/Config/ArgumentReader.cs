using System.Text.Json;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Reads the arguments of one call of a layer in a functional model: tensors of other layers, flags and constants by name.
/// </summary>
internal sealed class ArgumentReader(string owner)
{
    private readonly Dictionary<string, IReadOnlyList<FunctionalConfigReader.Reference>> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);

    /// <summary>What the call says of training; null: nothing.</summary>
    public bool? Training { get; private set; }

    public IEnumerable<FunctionalConfigReader.Reference> References => _tensors.Values.SelectMany(references => references);

    public void Read(ConfigObject arguments)
    {
        if (arguments.Has("training"))
            Training ??= arguments.Flag("training", false);
        foreach (JsonProperty argument in arguments.Members()
            .Where(member => member.Name != "training" && member.Value.ValueKind != JsonValueKind.Null))
        {
            if (AsReferences(arguments, argument.Value) is { } references)
                _tensors[argument.Name] = references;
            else
                _values[argument.Name] = argument.Value.Clone();
        }
    }

    /// <summary>The arguments of an operation; null for other layers.</summary>
    public OperationTemplate? Operation { get; init; }

    /// <summary>The arguments for the layer, which must know them.</summary>
    /// <exception cref="ModelConfigException">It does not.</exception>
    public CallArguments ToCallArguments(Layer layer, Func<FunctionalConfigReader.Reference, KerasTensor> resolve)
    {
        CallArguments arguments = new() { Operation = Operation };
        foreach ((string name, IReadOnlyList<FunctionalConfigReader.Reference> references) in _tensors)
            arguments.With(name, (IReadOnlyList<Tensor?>)[.. references.Select(resolve)]);
        foreach ((string name, JsonElement value) in _values)
        {
            if (name != "mask" && !layer.KnownArguments.Contains(name))
            {
                throw new ModelConfigException(
                    $"{owner}: expected a call with no arguments but {string.Join(", ", ["training", "mask", .. layer.KnownArguments])}, "
                        + $"received '{name}' = {ConfigObject.Excerpt(value)}.");
            }

            if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                arguments.With(name, value.GetBoolean());
            else
                arguments.With(name, value);
        }

        return arguments;
    }

    /// <summary>The reference that a tensor of Keras 3 is; null for another value.</summary>
    public static FunctionalConfigReader.Reference? AsKeras3Reference(ConfigObject owner, JsonElement value) =>
        CallForm.HistoryOf(value) is { } history ? FunctionalConfigReader.ToReference(owner, "keras_history", history) : null;

    private static IReadOnlyList<FunctionalConfigReader.Reference>? AsReferences(ConfigObject owner, JsonElement value)
    {
        if (AsReference(owner, value) is { } single)
            return [single];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
            return null;
        FunctionalConfigReader.Reference?[] all = [.. value.EnumerateArray().Select(item => AsReference(owner, item))];
        return all.Contains(null) ? null : [.. all.OfType<FunctionalConfigReader.Reference>()];
    }

    internal static FunctionalConfigReader.Reference? AsReference(ConfigObject owner, JsonElement value) =>
        CallForm.IsKeras2(value) ? FunctionalConfigReader.ToReference(owner, "inbound_nodes", value) : AsKeras3Reference(owner, value);
}

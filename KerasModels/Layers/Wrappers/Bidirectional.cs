using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Applies a recurrent layer to the steps of a sequence in both directions. Python: <c>tf.keras.layers.Bidirectional</c>.
/// </summary>
public sealed class Bidirectional : Layer
{
    private const string ForwardPrefix = "forward_", BackwardPrefix = "backward_";

    private RecurrentLayer _forwardLayer;
    private RecurrentLayer? _backwardLayer;
    private string? _mergeMode = "concat";

    /// <summary>Creates a layer.</summary>
    /// <param name="layer">The layer for the one direction; owned by this one.</param>
    /// <param name="mergeMode">How the outputs become one: <c>concat</c> (default), <c>sum</c>, <c>mul</c> or <c>ave</c>; null: they stay
    /// two.</param>
    /// <param name="backwardLayer">The layer for the other direction, which goes backwards; null (default): one like the first.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The layers go in one direction, or return different things.</exception>
    public Bidirectional(RecurrentLayer layer, string? mergeMode = "concat", RecurrentLayer? backwardLayer = null, string? name = null,
        DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(layer);
        _forwardLayer = layer;
        _backwardLayer = backwardLayer;
        _mergeMode = mergeMode;
        CheckFields();
        Complete(KerasGeneration.Keras3);
    }

    internal Bidirectional() => _forwardLayer = new SimpleRNN();

    /// <summary>The layer for the one direction.</summary>
    public RecurrentLayer ForwardLayer => _forwardLayer;

    /// <summary>The layer for the other direction.</summary>
    public RecurrentLayer BackwardLayer => _backwardLayer!;

    /// <summary>How the outputs become one; null: they stay two.</summary>
    public string? MergeMode => _mergeMode;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ArgumentNames => ["initial_state"];

    // Keras 2 takes the states behind the input in one list, Keras 3 by name.
    internal override IReadOnlyList<(string Name, IReadOnlyList<KerasTensor> Tensors)> NamedInputs(IReadOnlyList<KerasTensor> inputs,
        KerasGeneration generation) =>
        inputs.Count > 1 && generation == KerasGeneration.Keras3 ? [("initial_state", [.. inputs.Skip(1)])] : [];

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        IReadOnlyList<Tensor> states = inputs.Count > 1
            ? [.. inputs.Skip(1)] : [.. context.Arguments.Tensors("initial_state").OfType<Tensor>()];
        int half = states.Count / 2;
        Tensor[] forward = _forwardLayer.Call([inputs[0], .. states.Take(half)]),
            backward = _backwardLayer!.Call([inputs[0], .. states.Skip(half)]);
        Tensor back = _forwardLayer.ReturnSequences ? Tf.Reverse(backward[0], 1) : backward[0];
        Tensor[] merged = Merge(forward[0], back);
        if (_forwardLayer.ReturnSequences && context.MaskOf(inputs[0]) is { } mask)
        {
            foreach (Tensor output in merged)
                context.SetMask(output, mask);
        }

        return _forwardLayer.ReturnState ? [.. merged, .. forward[1..], .. backward[1..]] : merged;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        // Keras 2 writes the layer as it was given, without the prefix, and puts it in front when it reads.
        string name = _forwardLayer.Name;
        bool strips = !fields.IsReading && fields.Generation == KerasGeneration.Keras2
            && name.StartsWith(ForwardPrefix, StringComparison.Ordinal);
        if (strips)
            _forwardLayer.AdoptName(name[ForwardPrefix.Length..]);
        fields.Component("layer", ref _forwardLayer, required: true);
        if (strips)
            _forwardLayer.AdoptName(name);
        fields.OptionalChoice("merge_mode", ref _mergeMode, "concat", "sum", "mul", "ave");
        fields.OptionalComponent("backward_layer", ref _backwardLayer, omitNull: true);
        if (fields.IsReading)
            Complete(fields.Generation);
        if (_backwardLayer is null)
            return;
        if (_forwardLayer.GoBackwards == _backwardLayer.GoBackwards)
            throw fields.Fail("layers that go in different directions, received two in the same");
        if (_forwardLayer.ReturnSequences != _backwardLayer.ReturnSequences || _forwardLayer.ReturnState != _backwardLayer.ReturnState)
            throw fields.Fail("layers that both return sequences or neither, and states likewise, received two that differ");
    }

    // The second layer is the first one, read again from its own configuration with the other direction.
    private void Complete(KerasGeneration generation)
    {
        string name = _forwardLayer.Name.StartsWith(ForwardPrefix, StringComparison.Ordinal)
            ? _forwardLayer.Name[ForwardPrefix.Length..] : _forwardLayer.Name;
        _backwardLayer ??= Reversed(_forwardLayer, BackwardPrefix + name, generation);
        _forwardLayer.AdoptName(ForwardPrefix + name);
        if (!_backwardLayer.Name.StartsWith(BackwardPrefix, StringComparison.Ordinal))
            _backwardLayer.AdoptName(BackwardPrefix + _backwardLayer.Name);
    }

    private static RecurrentLayer Reversed(RecurrentLayer layer, string name, KerasGeneration generation)
    {
        ConfigWriter writer = new(generation, layer.ToString(), []);
        layer.Describe(writer);
        JsonObject config = writer.Config.DeepClone().AsObject();
        config["go_backwards"] = !layer.GoBackwards;
        config["name"] = name;
        // Without one of its own it takes that of the model, as the first layer does.
        if (!layer.HasDType)
            config.Remove("dtype");
        using JsonDocument document = JsonDocument.Parse(config.ToJsonString());
        return (RecurrentLayer)ConfigReader.ReadNamed(typeof(Layer), layer.GetType().Name,
            new ConfigObject(document.RootElement.Clone(), layer.ToString()), new ConfigContext(generation));
    }

    private Tensor[] Merge(Tensor forward, Tensor backward) => _mergeMode switch
    {
        "concat" => [Tf.Concat([forward, backward], -1)],
        "sum" => [Tf.Add(forward, backward)],
        "ave" => [Tf.Add(forward, backward) * 0.5],
        "mul" => [Tf.Multiply(forward, backward)],
        _ => [forward, backward],
    };
}

using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// An operation between tensors of a functional model from a file: a function of TensorFlow by its name, as Keras 2 writes it, or a class
/// of
/// operations of Keras 3. Python: <c>TFOpLambda</c>, <c>SlicingOpLambda</c>, <c>keras.Operation</c>.
/// </summary>
[KerasName("TFOpLambda", "SlicingOpLambda")]
internal sealed class NamedOperation : Layer, IOperationNode
{
    private readonly string? _module;
    private readonly JsonElement? _config;
    private OperationDefinition? _definition;
    private string _function = "";

    public NamedOperation()
    {
    }

    private NamedOperation(string module, OperationDefinition definition, JsonElement config)
    {
        _module = module;
        _definition = definition;
        _config = config;
    }

    /// <inheritdoc/>
    private protected override bool CastsInputs => false;

    /// <summary>Reads an operation of Keras 3.</summary>
    /// <param name="module">Its module; null: the file does not say.</param>
    /// <param name="className">Its class.</param>
    /// <param name="config">The arguments of its constructor.</param>
    /// <exception cref="ModelConfigException">No operation has the name.</exception>
    public static NamedOperation OfKeras3(string? module, string className, ConfigObject config)
    {
        if (!Keras3Operations.Table.TryFind(className, out OperationDefinition? definition))
        {
            throw new ModelConfigException(
                $"{config.Owner}: unknown operation '{className}' of Keras 3. Expected one of: "
                    + $"{string.Join(", ", Keras3Operations.Table.Names)}. Replace it by a layer and save the model again.");
        }

        NamedOperation layer = new(module ?? OperationForm.Module("ops.numpy"), definition, config.Element);
        if (config.Text("name") is { } name)
            layer.AdoptName(name);
        return layer;
    }

    /// <inheritdoc/>
    public JsonObject ToEntry(ConfigWriter writer)
    {
        RefuseOtherGeneration(writer.Generation);
        return _config is { } config
            ? OperationForm.Entry3(_module!, _definition!.Name, JsonObject.Create(config)!) : OperationForm.Entry2(this, _function);
    }

    /// <inheritdoc/>
    public JsonNode ToCall(Node node, KerasGeneration generation, Func<KerasTensor, JsonNode> reference)
    {
        OperationTemplate call = node.Arguments.Operation!;
        JsonNode? Written(JsonElement value) => OperationTemplate.Replace(value, input => reference(node.Inputs[input]));
        JsonObject named = new(call.Named.Select(argument => KeyValuePair.Create(argument.Key, Written(argument.Value))));
        JsonArray positional = new([.. call.Positional.Select(Written)]);
        if (generation == KerasGeneration.Keras3)
            return OperationForm.Call3(positional, named);
        JsonNode? first = positional.Count > 0 ? positional[0] : null;
        positional.Clear();
        return OperationForm.Call2(first, named);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        OperationTemplate call = context.Arguments.Operation
            ?? throw new TfLbfgsException($"{this}: expected a call as its file states it.");
        return _definition!.Compute(new OperationArguments(ToString(), _definition.Parameters, call, _config, inputs));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Text("function", ref _function, required: true);
    }

    internal override void ReadFrom(ConfigReader reader)
    {
        base.ReadFrom(reader);
        if (!Keras2Functions.Table.TryFind(_function, out _definition))
        {
            throw new ModelConfigException(
                $"{reader.Config.Owner}: unknown function '{_function}'. Expected one of: "
                    + $"{string.Join(", ", Keras2Functions.Table.Names)}. Replace it by a layer and save the model again.");
        }
    }

    internal override JsonNode ToNode(ConfigWriter parent) => ToEntry(parent);

    private void RefuseOtherGeneration(KerasGeneration generation)
    {
        KerasGeneration own = _config is null ? KerasGeneration.Keras2 : KerasGeneration.Keras3;
        if (generation != own)
            throw new TfLbfgsException($"{this}: an operation of Keras {(int)own} has no form in a file of Keras {(int)generation}, so "
                + "nothing was written; save the weights only.");
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// An operation between tensors of a functional model from a file: a function of TensorFlow by its name, as Keras 2 writes it, or a class
/// of operations of Keras 3. Python: <c>TFOpLambda</c>.
/// </summary>
[KerasName("TFOpLambda", "KerasOperation")]
internal sealed class NamedOperation : Layer
{
    private string _function = "";
    private JsonElement? _config;
    private OperationForm? _form;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ArgumentNames => [.. _form?.Parameters ?? [], "#0", "#1", "axis", "keepdims", "shape", "perm", "axes", "name", "x", "y", "dtype"];

    /// <summary>Reads an operation of Keras 3.</summary>
    public static NamedOperation OfKeras3(string className, ConfigObject config)
    {
        NamedOperation layer = new() { _config = config.Element, _form = OperationForms.OfKeras3Class(className) };
        if (layer._form is null)
            throw new ModelConfigException($"{config.Owner}: unknown operation '{className}' of Keras 3. Replace it by a layer and save the model again.");
        layer._function = layer._form.Functions[0];
        if (config.Text("name") is { } name)
            layer.AdoptName(name);
        return layer;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        OperationCall call = new(ToString(), context.Arguments, _config);
        return [_form!.Compute(call, call.Tensors(inputs, _form.Parameters))];
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Text("function", ref _function, required: true);
    }

    internal override void ReadFrom(ConfigReader reader)
    {
        base.ReadFrom(reader);
        _form = OperationForms.OfFunction(_function) ?? throw new ModelConfigException(
            $"{reader.Config.Owner}: unknown function '{_function}'. Expected one of: {string.Join(", ", OperationForms.Functions)}. Replace it by a layer and save the model again.");
    }

    internal override JsonNode ToNode(ConfigWriter parent) => _config is null ? base.ToNode(parent) : throw new TfLbfgsException(
        $"{this}: an operation of Keras 3 has no form in .h5 that Keras opens; save the weights only.");
}

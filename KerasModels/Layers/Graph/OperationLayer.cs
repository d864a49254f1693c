using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// An op between symbolic tensors as a layer: its name, attributes and constant inputs, replayed at each call. Python: <c>TFOpLambda</c> of
/// Keras 2, operations of Keras 3.
/// </summary>
[KerasName("Operation", IsStored = false)]
internal sealed class OperationLayer : Layer
{
    private readonly Operation _template;
    private readonly HostConstant?[] _constants;

    /// <summary>Keeps an op; inputs that have a value are copied to the host.</summary>
    /// <exception cref="TfLbfgsException">An input belongs to a trace, or is a resource.</exception>
    public OperationLayer(Operation operation) : base(Node.NextName(operation.Name))
    {
        _template = operation;
        _constants = [.. operation.Inputs.Select(input => input is KerasTensor ? null : HostConstant.Of(operation.Name, input))];
    }

    /// <summary>The op.</summary>
    public Operation Template => _template;

    /// <summary>Its inputs that are constant; null for the others.</summary>
    public IReadOnlyList<HostConstant?> ConstantInputs => _constants;

    /// <summary>The form in Keras files.</summary>
    /// <exception cref="TfLbfgsException">The op has none.</exception>
    public OperationForm RequireForm() => OperationForms.OfOp(Template.Name) ?? throw new TfLbfgsException(
        $"{this}: the operation {Template.Name} has no form in Keras files, so nothing was written. Put it into a layer of your own, or save the weights only.");

    /// <summary>Writes it as Keras 2 does; in this format Keras 3 reads no operations.</summary>
    internal override JsonNode ToNode(ConfigWriter parent)
    {
        string function = RequireForm().Functions[0];
        return new JsonObject
        {
            ["class_name"] = "TFOpLambda",
            ["config"] = new JsonObject { ["name"] = Name, ["trainable"] = true, ["dtype"] = DTypePolicy.Name, ["function"] = function },
        };
    }

    /// <summary>The call as Keras 2 writes it: the first tensor with the other arguments by name.</summary>
    /// <param name="references">A reference for each input that is no constant.</param>
    public JsonArray ToCall(IReadOnlyList<JsonArray> references)
    {
        OperationForm form = RequireForm();
        JsonObject arguments = form.Constants(this);
        if (form.Parameters.Count == 0)
            return new JsonArray([.. references.Select(reference => With(reference, (JsonObject)arguments.DeepClone()))]);
        Queue<JsonArray> left = new(references);
        JsonArray first = ConstantInputs[0] is { } constant ? ["_CONSTANT_VALUE", -1, Number(constant)] : left.Dequeue();
        for (int i = 1; i < form.Parameters.Count; i++)
            arguments[form.Parameters[i]] = ConstantInputs[i] is { } other ? Number(other) : left.Dequeue();
        arguments["name"] = null;
        return [With(first, arguments)];
    }

    private static JsonArray With(JsonArray reference, JsonObject arguments)
    {
        reference.Add(arguments);
        return reference;
    }

    private JsonValue Number(HostConstant constant) => constant.ToDoubles() is [double single]
        ? JsonValue.Create(single)
        : throw new TfLbfgsException($"{this}: a constant of shape {constant.Shape} has no form in Keras files, numbers alone have; save the weights only.");

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        Tensor[] all = new Tensor[_constants.Length];
        int next = 0;
        for (int i = 0; i < all.Length; i++)
            all[i] = _constants[i]?.ToTensor(ComputeDType) ?? inputs[next++];
        return _template.With(all).Execute();
    }
}

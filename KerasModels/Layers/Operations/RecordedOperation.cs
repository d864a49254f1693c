using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// An op between symbolic tensors as a layer: its name, attributes and constant inputs, replayed at each call. Python: <c>TFOpLambda</c> of
/// Keras 2, operations of Keras 3.
/// </summary>
[KerasName("Operation", IsStored = false)]
internal sealed class RecordedOperation : Layer, IOperationNode
{
    private readonly HostConstant?[] _constants;

    /// <summary>Keeps an op; inputs that have a value are copied to the host.</summary>
    /// <exception cref="TfLbfgsException">An input belongs to a trace, or is a resource.</exception>
    public RecordedOperation(Operation operation) : base(Node.NextName(operation.Name))
    {
        Template = operation;
        _constants = [.. operation.Inputs.Select(input => input is KerasTensor ? null : HostConstant.Of(operation.Name, input))];
    }

    /// <summary>The op.</summary>
    public Operation Template { get; }

    /// <inheritdoc/>
    private protected override bool CastsInputs => false;

    /// <summary>The number of tensors in the list that the op takes: all inputs but a constant axis.</summary>
    public int ListLength => Template.Inputs.Count - (Template.Name == "ConcatV2" ? 1 : 0);

    /// <summary>The integers of a constant input.</summary>
    /// <param name="input">Its number among the inputs of the op; negative counts from the end.</param>
    /// <exception cref="TfLbfgsException">The input is no constant.</exception>
    public long[] Integers(int input) => Array.ConvertAll(
        (_constants[input < 0 ? input + _constants.Length : input] ?? throw NoForm($"input {input} is a tensor of the model")).ToDoubles(),
            number => (long)number);

    /// <summary>An integer attribute.</summary>
    public long Integer(string name, long fallback) => Find(name) is { } value ? value.AsInt() : fallback;

    /// <summary>A flag.</summary>
    public bool Flag(string name) => Find(name) is { } value && value.AsBool();

    /// <summary>A number.</summary>
    public double Number(string name, double fallback) => Find(name) is { } value ? value.AsFloat() : fallback;

    /// <summary>An attribute; null where it was not given.</summary>
    public AttributeValue? Find(string name)
    {
        foreach (OperationAttribute attribute in Template.Attributes)
        {
            if (attribute.Name == name)
                return attribute.Value;
        }

        return null;
    }

    /// <summary>The exception for an op that files cannot hold.</summary>
    public TfLbfgsException NoForm(string reason) => new(
        $"{this}: the operation {Template.Name} has no form in Keras files ({reason}), so nothing was written. Put it into a layer of "
            + "your own, or save the weights only.");

    /// <inheritdoc/>
    public JsonObject ToEntry(ConfigWriter writer)
    {
        RecordedForm form = RequireForm(writer.Generation);
        if (writer.Generation == KerasGeneration.Keras2)
            return OperationForm.Entry2(this, form.Function!);
        JsonObject config = form.Constants(this).Config;
        config.Insert(0, "name", Name);
        (string module, string className) = form.Class!.Value;
        return OperationForm.Entry3(OperationForm.Module(module), className, config);
    }

    /// <inheritdoc/>
    public JsonNode ToCall(Node node, KerasGeneration generation, Func<KerasTensor, JsonNode> reference)
    {
        RecordedForm form = RequireForm(generation);
        Queue<KerasTensor> left = new(node.Inputs);
        JsonNode[] tensors = [.. _constants.Take(form.TensorsOf(this)).Select(constant => constant is null
            ? reference(left.Dequeue())
            : generation == KerasGeneration.Keras2 ? constant.ToPlainJson() : constant.ToTypedJson())];
        RecordedConstants constants = form.Constants(this);
        if (generation == KerasGeneration.Keras3)
        {
            JsonArray positional = form.IsList ? [new JsonArray(tensors)] : new JsonArray(tensors);
            foreach (JsonNode? further in constants.Call)
                positional.Add(further?.DeepClone());
            return OperationForm.Call3(positional, []);
        }

        JsonObject named = constants.Function;
        if (form.IsList)
            return OperationForm.Call2(new JsonArray(tensors), named);
        for (int i = 1; i < tensors.Length; i++)
            named[form.Parameters[i]] = tensors[i];
        return OperationForm.Call2(tensors[0], named);
    }

    internal override JsonNode ToNode(ConfigWriter parent) => ToEntry(parent);

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Tensor[] all = new Tensor[_constants.Length];
        int next = 0;
        for (int i = 0; i < all.Length; i++)
            all[i] = _constants[i]?.ToTensor(ComputeDType) ?? inputs[next++];
        return Template.With(all).Execute();
    }

    private RecordedForm RequireForm(KerasGeneration generation)
    {
        RecordedForm form = RecordedForms.Of(Template.Name) ?? throw NoForm("its name is not known there");
        bool isThere = generation == KerasGeneration.Keras2 ? form.Function is not null : form.Class is not null;
        return isThere ? form : throw NoForm($"Keras {(int)generation} has none like it");
    }
}

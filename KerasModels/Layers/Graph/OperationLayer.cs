using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>An op between symbolic tensors as a layer: its name, attributes and constant inputs, replayed at each call. Python: <c>TFOpLambda</c> of Keras 2, operations of Keras 3.</summary>
[KerasName("Operation", IsStored = false)]
internal sealed class OperationLayer : Layer
{
    private readonly Operation _template;
    private readonly HostConstant?[] _constants;

    /// <summary>Keeps an op; inputs that have a value are copied to the host.</summary>
    /// <exception cref="TfLbfgsException">An input belongs to a trace, or is a resource.</exception>
    public OperationLayer(Operation operation)
    {
        _template = operation;
        _constants = [.. operation.Inputs.Select(input => input is KerasTensor ? null : HostConstant.Of(operation.Name, input))];
    }

    /// <summary>The op.</summary>
    public Operation Template => _template;

    /// <summary>Its inputs that are constant; null for the others.</summary>
    public IReadOnlyList<HostConstant?> ConstantInputs => _constants;

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

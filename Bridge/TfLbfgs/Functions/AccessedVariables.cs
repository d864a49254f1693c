using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>Hears which trainable variables the code of a function reads, so that a tape around a call watches them as it would in the code itself.</summary>
internal sealed class AccessedVariables : IOperationListener
{
    private readonly HashSet<long> _handles = [];

    /// <summary>Whether the resource of a trainable variable was read.</summary>
    public bool Contains(Tensor handle) => _handles.Contains(handle.Id);

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
    }

    void IOperationListener.VariableAccessed(Tensor handle) => _handles.Add(handle.Id);
}

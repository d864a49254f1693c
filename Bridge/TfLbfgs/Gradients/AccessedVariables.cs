using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// Notes which trainable variables some code reads: a tape around the call of a traced function watches them as it would in the code
/// itself.
/// </summary>
internal sealed class AccessedVariables : IOperationListener
{
    private readonly HashSet<long> _handles = [];

    /// <summary>The identities of the resources that were read.</summary>
    public IReadOnlyCollection<long> Handles => _handles;

    /// <summary>Whether the resource of a trainable variable was read.</summary>
    public bool Contains(Tensor handle) => _handles.Contains(handle.Id);

    int IOperationListener.Orders => 0;

    bool IOperationListener.Tracks(Tensor tensor) => false;

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
    }

    void IOperationListener.VariableAccessed(Tensor handle) => _handles.Add(handle.Id);
}

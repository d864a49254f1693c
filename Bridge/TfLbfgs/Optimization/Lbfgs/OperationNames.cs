using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Collects the names of the ops that are traced or run while it listens.</summary>
internal sealed class OperationNames : IOperationListener
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The names so far.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <inheritdoc/>
    public void Executed(Operation operation, Tensor[] outputs) => _names.Add(operation.Name);

    /// <inheritdoc/>
    public void VariableAccessed(Tensor handle)
    {
    }

    /// <summary>Listens while code runs.</summary>
    /// <param name="code">The code.</param>
    public T Listen<T>(Func<T> code)
    {
        List<IOperationListener> listeners = DispatchFrame.Current.Listeners;
        listeners.Add(this);
        try
        {
            return code();
        }
        finally
        {
            listeners.Remove(this);
        }
    }
}

using System.Runtime.CompilerServices;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// Disposes, when it is disposed, every tensor that was made on its thread since it was opened, except for those that
/// <see cref="Keep(Tensor)"/> names: they pass on to the next outer scope,
/// or to the caller when there is none. Scopes nest; each is closed on its own thread, innermost first.
/// </summary>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? _current;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly TensorScope? _outer;
    private readonly HashSet<Tensor> _tensors = new(Identity.Instance);
    private bool _disposed;

    /// <summary>Opens a scope on the calling thread.</summary>
    public TensorScope()
    {
        _outer = _current;
        _current = this;
    }

    /// <summary>The number of tensors that the scope would dispose now.</summary>
    public int Count => _tensors.Count;

    /// <summary>The innermost scope of the calling thread.</summary>
    internal static TensorScope? Current => _current;

    /// <summary>Names a tensor that outlives this scope. One that the scope does not hold is left alone.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="TfLbfgsException">Called on another thread.</exception>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ThreadAffinity.Check(_thread, "A TensorScope");
        if (!_tensors.Remove(tensor))
            return tensor;
        tensor.Scope = null;
        _outer?.Add(tensor);
        return tensor;
    }

    /// <summary>Disposes what was made inside and not kept.</summary>
    /// <exception cref="TfLbfgsException">Called on another thread, or while an inner scope is open.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        ThreadAffinity.Check(_thread, "A TensorScope");
        if (_current != this)
            throw new TfLbfgsException(
                "A TensorScope was closed while one that was opened inside it is still open. Close the inner scope first.");
        _disposed = true;
        _current = _outer;
        foreach (Tensor tensor in _tensors)
            tensor.Dispose();
        _tensors.Clear();
    }

    /// <summary>Takes all tensors out of the scope; the caller owns them.</summary>
    internal Tensor[] Detach()
    {
        Tensor[] tensors = [.. _tensors];
        foreach (Tensor tensor in tensors)
            tensor.Scope = null;
        _tensors.Clear();
        return tensors;
    }

    internal static void Register(Tensor tensor) => _current?.Add(tensor);

    internal static void Register(Tensor[] tensors)
    {
        if (_current is not { } scope)
            return;
        foreach (Tensor tensor in tensors)
            scope.Add(tensor);
    }

    /// <summary>Drops a tensor that its owner disposed, so that a scope that is open for long does not grow with what is gone.</summary>
    internal void Forget(Tensor tensor)
    {
        // Disposed on another thread, the tensor stays listed until the scope ends: disposing it once more does nothing.
        if (!_disposed && _thread == Environment.CurrentManagedThreadId)
            _tensors.Remove(tensor);
    }

    private void Add(Tensor tensor)
    {
        // A symbolic tensor holds nothing that must be freed.
        if (tensor.IsSymbolic)
            return;
        tensor.Scope = this;
        _tensors.Add(tensor);
    }

    private sealed class Identity : IEqualityComparer<Tensor>
    {
        public static readonly Identity Instance = new();

        public bool Equals(Tensor? x, Tensor? y) => ReferenceEquals(x, y);

        public int GetHashCode(Tensor obj) => RuntimeHelpers.GetHashCode(obj);
    }
}

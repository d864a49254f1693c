using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

/// <summary>
/// Records the ops of its thread from its creation until it is disposed (or, when it is not persistent, until its first gradient), and
/// differentiates them backwards.
/// Tapes nest to any order: what an inner tape computes is recorded by the outer one. Works eagerly and inside traced functions. Python:
/// <c>tf.GradientTape</c>.
/// </summary>
public sealed partial class GradientTape : IOperationListener, IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly DispatchFrame _frame = DispatchFrame.Current;
    private readonly bool _persistent;
    private readonly bool _watchAccessedVariables;
    private readonly List<TapeEntry> _entries = [];
    private readonly HashSet<long> _tracked = [];
    private readonly EndedPaths _ended = new();
    private bool _used;
    private bool _disposed;

    /// <summary>Opens a tape on the calling thread; it records at once.</summary>
    /// <param name="persistent">Whether more than one gradient can be taken.</param>
    /// <param name="watchAccessedVariables">Whether trainable variables are watched when they are read.</param>
    public GradientTape(bool persistent = false, bool watchAccessedVariables = true)
    {
        _persistent = persistent;
        _watchAccessedVariables = watchAccessedVariables;
        _frame.Listeners.Add(this);
    }

    /// <summary>Watches a tensor: what is computed from it from now on can be differentiated with respect to it.</summary>
    /// <param name="tensor">A tensor of floating-point or complex dtype; held by the tape with the ops that use it.</param>
    /// <exception cref="TfLbfgsException">The dtype has no gradient, or the tape is disposed.</exception>
    public void Watch(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ThrowIfDisposed();
        if (!tensor.DType.IsDifferentiable)
            throw new TfLbfgsException($"GradientTape.Watch: expected a floating-point or complex tensor, received {tensor.Describe()}.");
        _tracked.Add(tensor.Id);
    }

    /// <summary>Watches a variable, also one that is not trainable.</summary>
    /// <param name="variable">The variable.</param>
    public void Watch(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ThrowIfDisposed();
        _tracked.Add(variable.Handle.Id);
    }

    /// <summary>Watches a tensor that may also be a resource.</summary>
    internal void WatchAny(Tensor tensor) => _tracked.Add(tensor.Id);

    /// <summary>Whether more than one gradient can be taken.</summary>
    public bool IsPersistent => _persistent;

    /// <summary>The tensors of all recorded ops; borrowed.</summary>
    internal IEnumerable<Tensor> Tensors => _entries.SelectMany(entry => entry.Inputs.Concat(entry.Outputs));

    /// <summary>Frees what the tape holds, on any thread; for one that records no more.</summary>
    internal void Free()
    {
        _disposed = true;
        Clear();
    }

    /// <summary>Stops recording until the returned scope is disposed, on the same thread.</summary>
    /// <returns>The scope.</returns>
    public IDisposable StopRecording()
    {
        ThrowIfDisposed();
        return new Pause(this);
    }

    /// <summary>Forgets everything that was recorded and watched; recording goes on.</summary>
    public void Reset()
    {
        ThrowIfDisposed();
        Clear();
        _tracked.Clear();
        _used = false;
    }

    /// <summary>Ends the recording and frees all that the tape holds, on the thread that opened it.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        ThreadAffinity.Check(_thread, "A GradientTape");
        _disposed = true;
        _frame.Listeners.Remove(this);
        Clear();
    }

    int IOperationListener.Orders => 1;

    bool IOperationListener.Tracks(Tensor tensor) => _tracked.Contains(tensor.Id);

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
        if (outputs.Length == 0)
            return;
        if (!IsTracked(operation.Inputs))
        {
            _ended.Continue(operation, outputs);
            return;
        }

        bool recorded = false;
        foreach (Tensor output in outputs)
        {
            if (output.DType.IsDifferentiable || output.DType is DType.Resource or DType.Variant)
            {
                _tracked.Add(output.Id);
                recorded = true;
            }
        }

        if (recorded)
            _entries.Add(new TapeEntry(operation, outputs));
        else
            _ended.End(operation, outputs, input => _tracked.Contains(input.Id));
    }

    void IOperationListener.VariableAccessed(Tensor handle)
    {
        if (_watchAccessedVariables)
            _tracked.Add(handle.Id);
    }

    private bool IsTracked(IReadOnlyList<Tensor> inputs)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            if (_tracked.Contains(inputs[i].Id))
                return true;
        }

        return false;
    }

    private void Clear()
    {
        foreach (TapeEntry entry in _entries)
            entry.Dispose();
        _entries.Clear();
        _ended.Clear();
    }

    private void ThrowIfDisposed()
    {
        if (_disposed)
            throw new TfLbfgsException("This GradientTape was disposed. Take gradients before its using block ends.");
    }

    private sealed class Pause : IDisposable
    {
        private readonly GradientTape _tape;
        private readonly int _position;

        public Pause(GradientTape tape)
        {
            _tape = tape;
            _position = tape._frame.Listeners.IndexOf(tape);
            if (_position >= 0)
                tape._frame.Listeners.RemoveAt(_position);
        }

        public void Dispose()
        {
            ThreadAffinity.Check(_tape._thread, "A recording pause");
            List<IOperationListener> listeners = _tape._frame.Listeners;
            if (_position >= 0 && !_tape._disposed && !listeners.Contains(_tape))
                listeners.Insert(Math.Min(_position, listeners.Count), _tape);
        }
    }
}

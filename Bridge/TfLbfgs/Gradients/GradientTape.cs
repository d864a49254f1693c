using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

/// <summary>
/// Records the ops of its thread from its creation until it is disposed (or, when it is not persistent, until its first gradient), and differentiates them backwards.
/// Tapes nest to any order: what an inner tape computes is recorded by the outer one. Works eagerly and inside traced functions. Python: <c>tf.GradientTape</c>.
/// </summary>
public sealed class GradientTape : IOperationListener, IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly DispatchFrame _frame = DispatchFrame.Current;
    private readonly bool _persistent;
    private readonly bool _watchAccessedVariables;
    private readonly List<TapeEntry> _entries = [];
    private readonly HashSet<long> _tracked = [];
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
    /// <param name="tensor">A tensor of floating-point or complex dtype; leased by the ops that use it.</param>
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

    /// <summary>The gradient of a target with respect to one source.</summary>
    /// <param name="target">What is differentiated; where it is no scalar, the sum of its elements is, weighted by the output gradient. Borrowed.</param>
    /// <param name="source">A tensor that was watched or computed from one. Borrowed.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <param name="unconnected">What to return when the target does not depend on the source; default null.</param>
    /// <returns>The gradient, of the source's shape and dtype, owned by the caller; or null.</returns>
    /// <exception cref="TfLbfgsException">The tape was used up or disposed, or an op on the way has no gradient rule.</exception>
    public Tensor? Gradient(Tensor target, Tensor source, Tensor? outputGradient = null, UnconnectedGradients unconnected = UnconnectedGradients.Null) =>
        Gradient([target], [source], outputGradient is null ? null : [outputGradient], unconnected)[0];

    /// <summary>The gradients of a target with respect to several sources.</summary>
    /// <inheritdoc cref="Gradient(Tensor, Tensor, Tensor?, UnconnectedGradients)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="sources">Tensors that were watched or computed from one; borrowed.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <param name="unconnected">What to return when the target does not depend on a source; default null.</param>
    public Tensor?[] Gradient(Tensor target, IReadOnlyList<Tensor> sources, Tensor? outputGradient = null, UnconnectedGradients unconnected = UnconnectedGradients.Null) =>
        Gradient([target], sources, outputGradient is null ? null : [outputGradient], unconnected);

    /// <summary>The gradients of a target with respect to variables.</summary>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="variables">The variables.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <param name="unconnected">What to return when the target does not depend on a variable; default null.</param>
    /// <returns>One gradient per variable, owned by the caller; or null.</returns>
    public Tensor?[] Gradient(Tensor target, IReadOnlyList<Variable> variables, Tensor? outputGradient = null, UnconnectedGradients unconnected = UnconnectedGradients.Null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        Tensor?[] gradients = Gradient([target], [.. variables.Select(v => v.Handle)], outputGradient is null ? null : [outputGradient]);
        if (unconnected == UnconnectedGradients.Zero)
        {
            for (int i = 0; i < gradients.Length; i++)
                gradients[i] ??= Tensor.Zeros(variables[i].Shape, variables[i].DType);
        }

        return gradients;
    }

    /// <summary>The gradients of the sum of several targets with respect to several sources.</summary>
    /// <param name="targets">What is differentiated; borrowed.</param>
    /// <param name="sources">Tensors that were watched or computed from one; borrowed.</param>
    /// <param name="outputGradients">Weights of each target's elements, of its shape; null, or an entry null: ones.</param>
    /// <param name="unconnected">What to return when no target depends on a source; default null.</param>
    /// <returns>One gradient per source, owned by the caller; or null.</returns>
    /// <exception cref="TfLbfgsException">The tape was used up or disposed, or an op on the way has no gradient rule.</exception>
    public Tensor?[] Gradient(
        IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, IReadOnlyList<Tensor?>? outputGradients = null, UnconnectedGradients unconnected = UnconnectedGradients.Null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(sources);
        ThrowIfDisposed();
        if (_used)
            throw new TfLbfgsException("This GradientTape has given its one gradient. Create it with persistent: true to take more.");
        if (outputGradients is not null && outputGradients.Count != targets.Count)
            throw new TfLbfgsException($"Expected one output gradient for each of {targets.Count} targets, received {outputGradients.Count}.");
        if (!_persistent)
        {
            _used = true;
            _frame.Listeners.Remove(this);
        }

        Tensor?[] gradients;
        using (new TensorScope())
        {
            // A persistent tape goes on recording, also the ops of this pass: it walks a copy.
            gradients = new BackwardPass([.. _entries]).Run(targets, sources, outputGradients);
            for (int i = 0; i < gradients.Length; i++)
            {
                if (gradients[i] is null && unconnected == UnconnectedGradients.Zero)
                    gradients[i] = RawOps.ZerosLike(sources[i]);
                // One tensor may serve two sources, or be the caller's own output gradient: every result is an owner of its own.
                gradients[i] = gradients[i]?.Alias();
            }
        }

        foreach (Tensor? gradient in gradients)
        {
            if (gradient is not null)
                TensorScope.Register(gradient);
        }

        if (!_persistent)
            Clear();
        return gradients;
    }

    /// <summary>Ends the recording and gives all leases back, on the thread that opened the tape.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        ThreadAffinity.Check(_thread, "A GradientTape");
        _disposed = true;
        _frame.Listeners.Remove(this);
        Clear();
    }

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
        if (outputs.Length == 0 || !IsTracked(operation.Inputs))
            return;
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

using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// What one thread does with its ops now: the trace that records them, if any, and the listeners. Starting a trace opens a fresh frame, so
/// that
/// tapes and devices outside do not see its symbolic ops; it is closed on the same thread.
/// </summary>
internal sealed class DispatchFrame : IDisposable
{
    [ThreadStatic]
    private static DispatchFrame? _current;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly DispatchFrame? _outer;
    private readonly string? _outerDevice;
    private bool _closed;

    private DispatchFrame(IOperationTarget? target, DispatchFrame? outer)
    {
        Target = target;
        _outer = outer;
        _outerDevice = Device.Current;
    }

    /// <summary>The frame of the calling thread.</summary>
    public static DispatchFrame Current => _current ??= new DispatchFrame(null, null);

    /// <summary>The trace; null: ops are executed.</summary>
    public IOperationTarget? Target { get; }

    /// <summary>
    /// The device that was chosen outside the frame; null: none. That of a trace's frame is where its function runs first.
    /// </summary>
    public string? OuterDevice => _outerDevice;

    /// <summary>The listeners, in the order in which they were added.</summary>
    public List<IOperationListener> Listeners { get; } = [];

    /// <summary>Opens a frame in which ops are recorded by a trace.</summary>
    public static DispatchFrame OpenTrace(IOperationTarget target) => Open(target);

    /// <summary>
    /// Opens a frame in which ops are executed regardless of what is traced outside, without listeners. Python: <c>tf.init_scope</c>.
    /// </summary>
    public static DispatchFrame OpenEager() => Open(null);

    /// <summary>Tells the listeners of an op that was executed or recorded.</summary>
    public void Notify(Operation operation, Tensor[] outputs)
    {
        for (int i = 0; i < Listeners.Count; i++)
            Listeners[i].Executed(operation, outputs);
    }

    /// <summary>Keeps ops from the listeners until the returned scope is disposed, on the same thread.</summary>
    public IDisposable Mute() => new Muted(this, 0);

    /// <summary>
    /// Keeps ops from a listener and those that began to listen after it, until the returned scope is disposed, on the same thread.
    /// </summary>
    public IDisposable MuteFrom(IOperationListener listener) => new Muted(this, Listeners.IndexOf(listener));

    /// <summary>Closes the frame; its thread goes on with the outer one.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        ThreadAffinity.Check(_thread, "A trace");
        _closed = true;
        _current = _outer;
        Device.Exchange(_outerDevice);
    }

    private static DispatchFrame Open(IOperationTarget? target)
    {
        DispatchFrame frame = new(target, Current);
        _current = frame;
        Device.Exchange(null);
        return frame;
    }

    private sealed class Muted : IDisposable
    {
        private readonly DispatchFrame _frame;
        private readonly List<IOperationListener> _listeners;
        private readonly int _from;

        public Muted(DispatchFrame frame, int from)
        {
            _frame = frame;
            _from = from;
            _listeners = frame.Listeners.GetRange(from, frame.Listeners.Count - from);
            frame.Listeners.RemoveRange(from, _listeners.Count);
        }

        public void Dispose() => _frame.Listeners.InsertRange(_from, _listeners);
    }
}

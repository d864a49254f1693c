namespace TfLbfgs.Optimization;

/// <summary>
/// Lets one thread at a time use an object that serves one run at a time; that thread may enter again, as a callback does that starts
/// another run. A second thread is refused at once instead of sharing the memory of the first one's run, and every call once it is closed.
/// </summary>
/// <param name="what">The object, as the message names it.</param>
/// <param name="advice">What to do instead, in a sentence.</param>
internal sealed class RunGate(string what, string advice)
{
    private readonly object _entered = new();
    private bool _isClosed;

    /// <summary>Enters.</summary>
    /// <returns>Leaves when it is disposed, on the same thread.</returns>
    /// <exception cref="TfLbfgsException">Another thread is inside.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Pass Enter()
    {
        if (!Monitor.TryEnter(_entered))
            throw new TfLbfgsException($"{what}: expected one run at a time, received a call while another thread runs it. {advice}");
        if (!_isClosed)
            return new Pass(_entered);
        Monitor.Exit(_entered);
        throw new ObjectDisposedException(what);
    }

    /// <summary>Frees the object once; no call enters afterwards.</summary>
    /// <param name="free">Frees it.</param>
    /// <exception cref="TfLbfgsException">Another thread is inside.</exception>
    public void Close(Action free)
    {
        if (_isClosed)
            return;
        using Pass pass = Enter();
        free();
        _isClosed = true;
    }

    /// <summary>The right to be inside.</summary>
    internal readonly ref struct Pass(object entered)
    {
        /// <summary>Leaves.</summary>
        public void Dispose() => Monitor.Exit(entered);
    }
}

namespace TfLbfgs.Optimization;

/// <summary>
/// Lets one thread at a time use an object that serves one run at a time; that thread may enter again, as a callback does that starts
/// another run. A second thread is refused at once instead of sharing the memory of the first one's run.
/// </summary>
/// <param name="what">The object, as the message names it.</param>
/// <param name="advice">What to do instead, in a sentence.</param>
internal sealed class RunGate(string what, string advice)
{
    private readonly object _entered = new();

    /// <summary>Enters.</summary>
    /// <returns>Leaves when it is disposed, on the same thread.</returns>
    /// <exception cref="TfLbfgsException">Another thread is inside.</exception>
    public Pass Enter() => Monitor.TryEnter(_entered)
        ? new Pass(_entered)
        : throw new TfLbfgsException($"{what}: expected one run at a time, received a call while another thread runs it. {advice}");

    /// <summary>The right to be inside.</summary>
    internal readonly ref struct Pass(object entered)
    {
        /// <summary>Leaves.</summary>
        public void Dispose() => Monitor.Exit(entered);
    }
}

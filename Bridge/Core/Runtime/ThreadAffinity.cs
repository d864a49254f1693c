namespace TfLbfgs.Runtime;

/// <summary>Stacks of tapes, traces, scopes and devices belong to a thread; this is the one check of it.</summary>
internal static class ThreadAffinity
{
    /// <summary>Throws when the calling thread is not the one that opened the object.</summary>
    /// <param name="openedOn">The managed id of the thread that opened it.</param>
    /// <param name="what">The object with its article, such as <c>A TensorScope</c>.</param>
    public static void Check(int openedOn, string what)
    {
        int current = Environment.CurrentManagedThreadId;
        if (current != openedOn)
        {
            throw new TfLbfgsException(
                $"{what} must be closed on the thread that opened it: expected thread {openedOn}, received thread {current}. "
                + "Often an 'await' lies between; close it before the await, or keep the work on one thread.");
        }
    }
}

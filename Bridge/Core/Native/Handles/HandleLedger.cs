using System.Collections.Concurrent;

namespace TfLbfgs.Native.Handles;

/// <summary>
/// Counts the live handles of one type. Built with <c>-p:TrackLeaks=true</c> it also records where each was made.
/// Thread-safe.
/// </summary>
internal sealed class HandleLedger
{
    private static readonly ConcurrentDictionary<string, HandleLedger> All = new();
    private long _live;
    private long _opened;
    private long _leftToFinalizer;
    private readonly ConcurrentDictionary<long, string> _origins = new();

    private HandleLedger(string name, bool livesWithProcess)
    {
        Name = name;
        LivesWithProcess = livesWithProcess;
    }

    /// <summary>The C type, such as <c>TFE_TensorHandle</c>.</summary>
    public string Name { get; }

    /// <summary>True for the objects that are made once a process or thread and kept: they are no leak.</summary>
    public bool LivesWithProcess { get; }

    public long Live => Interlocked.Read(ref _live);

    public long OpenedCount => Interlocked.Read(ref _opened);

    public long FinalizedCount => Interlocked.Read(ref _leftToFinalizer);

    public static IEnumerable<HandleLedger> Ledgers => All.Values;

    public static HandleLedger Of(string name, bool livesWithProcess = false) =>
        All.GetOrAdd(name, n => new HandleLedger(n, livesWithProcess));

    /// <summary>Counts a new handle.</summary>
    /// <returns>Its number, to be given to <see cref="Closed"/>.</returns>
    public long Opened()
    {
        Interlocked.Increment(ref _live);
        long number = Interlocked.Increment(ref _opened);
#if TRACK_LEAKS
        _origins[number] = $"{Name}\n{Environment.StackTrace}";
#endif
        return number;
    }

    /// <summary>Counts a handle as freed.</summary>
    public void Closed(long number)
    {
        Interlocked.Decrement(ref _live);
        _origins.TryRemove(number, out _);
    }

    /// <summary>Counts a handle that the garbage collector has to free.</summary>
    public void LeftToFinalizer() => Interlocked.Increment(ref _leftToFinalizer);

    /// <summary>The stack traces of the live handles; empty unless built with leak tracking.</summary>
    public IReadOnlyCollection<string> Origins => [.. _origins.Values];
}

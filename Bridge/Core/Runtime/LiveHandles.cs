using TfLbfgs.Native.Handles;

namespace TfLbfgs.Runtime;

/// <summary>
/// Counts the native objects that live now. Objects that are made once a process or thread (the context, a status) are left out.
/// The counters are process-wide: compare them where nothing else runs.
/// </summary>
public static class LiveHandles
{
    /// <summary>The number of native objects that are not freed.</summary>
    public static long Total => Counted.Sum(ledger => ledger.Live);

    /// <summary>How many objects were freed by the garbage collector because they were not disposed.</summary>
    public static long FreedByCollector => Counted.Sum(ledger => ledger.FinalizedCount);

    private static IEnumerable<HandleLedger> Counted => HandleLedger.Ledgers.Where(ledger => !ledger.LivesWithProcess);

    /// <summary>The live objects per C type, such as <c>TFE_TensorHandle: 3</c>, without the types that have none.</summary>
    /// <returns>Name and count, sorted by name.</returns>
    public static IReadOnlyDictionary<string, long> Snapshot() =>
        new SortedDictionary<string, long>(Counted.Where(ledger => ledger.Live != 0)
            .ToDictionary(ledger => ledger.Name, ledger => ledger.Live));

    /// <summary>Where the live objects were made, one stack trace each; empty unless built with <c>-p:TrackLeaks=true</c>.</summary>
    /// <returns>The stack traces.</returns>
    public static IReadOnlyList<string> Origins() => [.. Counted.SelectMany(ledger => ledger.Origins)];
}

using TfLbfgs.Formats;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <summary>How a <see cref="Worker"/> serves. Immutable; every value has a default.</summary>
public sealed record WorkerOptions
{
    /// <summary>
    /// Whether the server may be reached by other hosts. It listens on all interfaces without authentication; without this option a host
    /// with an address other than the loopback's is refused. Default false.
    /// </summary>
    public bool AllowUnauthenticated { get; init; }

    /// <summary>How TensorFlow is started: library, devices, threads; default options by default.</summary>
    public RuntimeOptions Runtime { get; init; } = new();

    /// <summary>
    /// Functions that a controller lets the worker run, by name: each makes the arrays of one part of the data. Those of the names
    /// <c>npy</c> and <c>csv</c> are there already. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, Func<ShardRequest, IReadOnlyList<StoredArray>>> Functions { get; init; } =
        new Dictionary<string, Func<ShardRequest, IReadOnlyList<StoredArray>>>();

    /// <summary>
    /// Receives the warning about the server before it is opened, that it is ready, and what it loads; null (default): stderr.
    /// </summary>
    public Action<string>? Reported { get; init; }

    /// <summary>The version that it reports; for tests.</summary>
    internal string? ReportedVersion { get; init; }

    /// <summary>Tells what happens.</summary>
    internal void Report(string sentence) => (Reported ?? Console.Error.WriteLine)(sentence);
}

using System.Diagnostics;

namespace TfLbfgs.Benchmarks.Running;

/// <summary>The folder with the peers: tfp and SciPy by <c>python bench.py</c>, TorchSharp by <c>torchsharp/run</c>.</summary>
internal sealed class PeersFolder
{
    /// <summary>
    /// Names the folder. The peers' own script takes the same name for where it unpacks itself: it is handed on only where it does not name
    /// the folder.
    /// </summary>
    public const string Variable = "TFLBFGS_PEERS";

    private static readonly (string Solver, string Flatten)[] PythonSolvers =
        [("tfp-eager", "dynamic"), ("tfp-graph", "split"), ("tfp-xla", "split"), ("scipy", "split")];

    private readonly string _path;

    private PeersFolder(string path) => _path = path;

    /// <summary>
    /// Finds the folder: the given one, what <see cref="Variable"/> names, or <c>../shared/peers</c> next to the checkout.
    /// </summary>
    /// <param name="given">A folder; null: search.</param>
    /// <returns>The folder; null: there is none.</returns>
    /// <exception cref="TfLbfgsException">The given one has no <c>bench.py</c>.</exception>
    public static PeersFolder? Find(string? given)
    {
        if (given is not null)
            return IsPeers(given)
                ? new PeersFolder(Path.GetFullPath(given))
                : throw new TfLbfgsException($"Expected a folder with bench.py, received '{given}'.");
        string?[] candidates =
            [Environment.GetEnvironmentVariable(Variable), Checkout() is { } root ? Path.Combine(root, "..", "shared", "peers") : null];
        return candidates.FirstOrDefault(IsPeers) is { } found ? new PeersFolder(Path.GetFullPath(found)) : null;
    }

    /// <summary>The peers.</summary>
    public IEnumerable<Competitor> Competitors()
    {
        foreach ((string solver, string flatten) in PythonSolvers)
        {
            yield return new Competitor(solver, flatten, IsOwn: false,
                (workload, more) => Start("python", [Path.Combine(_path, "bench.py"), workload, solver, "--flatten", flatten, .. more]));
        }

        if (File.Exists(Path.Combine(_path, "torchsharp", "run")))
            yield return new Competitor("torchsharp", null, IsOwn: false, (workload, more) => Start("torchsharp/run", [workload, .. more]),
                CanSkipTarget: false);
    }

    /// <summary>Lets a peer unpack or build itself, which its first call does, so that no limit of time counts it.</summary>
    public async Task PrepareAsync(Competitor peer, CancellationToken cancellation)
    {
        bool isTorch = peer.Name == "torchsharp";
        // TorchSharp's program ends at once, with an error, for a workload that it does not know.
        ProcessStartInfo start = isTorch ? Start("torchsharp/run", ["none"]) : Start("python", ["-c", "pass"]);
        await ChildRun.RunAsync(start, TimeSpan.FromMinutes(15), cancellation);
    }

    /// <summary>Where it is.</summary>
    public string Location => _path;

    /// <summary>A call of its Python.</summary>
    /// <param name="arguments">What Python is given.</param>
    public ProcessStartInfo Python(IEnumerable<string> arguments) => Start("python", arguments);

    private static bool IsPeers(string? folder) => folder is { Length: > 0 } && File.Exists(Path.Combine(folder, "bench.py"));

    private static string? Checkout()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TfLbfgs.sln")))
                return folder.FullName;
        }

        return null;
    }

    private ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Path.Combine(_path, program), arguments);
        start.Environment["TF_CPP_MIN_LOG_LEVEL"] = "3";
        if (IsPeers(Environment.GetEnvironmentVariable(Variable)))
            start.Environment.Remove(Variable);
        return start;
    }
}

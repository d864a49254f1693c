using TfLbfgs.Optimization;

namespace TfLbfgs.Benchmarks.Solvers;

/// <summary>
/// One way to run our own driver. All tolerances are off, as they are for the peers: what ends a run is the number of iterations.
/// </summary>
/// <param name="Name">The solver's name in the rows.</param>
/// <param name="Options">The options, except for the number of iterations.</param>
internal sealed record Variant(string Name, LbfgsOptions Options)
{
    private static readonly LbfgsOptions Off = new() { GradientTolerance = 0 };

    /// <summary>All of them. <c>m10</c> keeps 10 pairs as the peers do, the others as many as the default says.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("tflbfgs", Off),
        new("tflbfgs-traced", Off with { Execution = Execution.Traced }),
        new("tflbfgs-ops", Off with { Execution = Execution.Traced, ComputesByOps = true }),
        new("tflbfgs-xla", Off with { Execution = Execution.CompiledCalls }),
        new("tflbfgs-loop", Off with { Execution = Execution.Compiled }),
        new("tflbfgs-traced-m10", Off with { Execution = Execution.Traced, MemoryLength = 10 }),
        new("tflbfgs-xla-m10", Off with { Execution = Execution.CompiledCalls, MemoryLength = 10 }),
        new("tflbfgs-loop-m10", Off with { Execution = Execution.Compiled, MemoryLength = 10 }),
    ];

    /// <summary>Those that differ: where a default equals what another variant sets, it runs once.</summary>
    public static IEnumerable<Variant> Distinct => All.DistinctBy(variant => variant.Options);

    /// <summary>The variant of a name.</summary>
    /// <exception cref="TfLbfgsException">There is none.</exception>
    public static Variant Find(string name) => All.FirstOrDefault(variant => variant.Name == name)
        ?? throw new TfLbfgsException(
            $"Expected a solver of our own ({string.Join(", ", All.Select(variant => variant.Name))}), received '{name}'.");
}

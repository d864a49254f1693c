namespace TfLbfgs.Optimization;

/// <summary>
/// What <see cref="Execution.Auto"/> does: a function of the number of parameters, the kind of device and the ops of the objective, never
/// of a clock, so that runs repeat. Compilation takes one to three seconds, in the background, and saves 0.1 to 0.4 ms per evaluation of a
/// small problem: so a run begins by the executor, and goes over to compiled calls once it has lasted
/// as long as the compilation takes. Tests/Results/execution-tiers.txt has the measurements.
/// </summary>
public static class ExecutionTable
{
    /// <summary>
    /// Up to this many parameters compiled calls are faster on all measured objectives, and pay for their compilation after 2,200 to 21,000
    /// evaluations; at 20,000 on one of three.
    /// </summary>
    public const long MostParameters = 10_000;

    private static readonly ExecutionTiers Small = new(2_000, 4_000);

    /// <summary>
    /// Ops that XLA's kernels for the CPU compute more slowly than TensorFlow's, or whose programs take much longer to compile.
    /// </summary>
    private static readonly string[] SlowOps =
        ["Conv", "DepthwiseConv", "MaxPool", "AvgPool", "Sparse", "While", "StatelessWhile", "If", "StatelessIf", "Case", "StatelessCase",
        "TensorList", "Fft", "Rfft", "Irfft", "Ifft"];

    /// <summary>Chooses the tiers of a run.</summary>
    /// <param name="count">n, at least 1.</param>
    /// <param name="deviceKind">Such as <c>CPU</c>.</param>
    /// <param name="operations">The names of the ops that the objective computes its loss and gradient with.</param>
    /// <param name="whyNot">Why the run stays with the executor, in a clause; null: it does not.</param>
    /// <returns>The counts; null: the run stays with the executor.</returns>
    public static ExecutionTiers? Choose(long count, string deviceKind, IReadOnlyCollection<string> operations, out string? whyNot)
    {
        whyNot = WhyNot(count, deviceKind, operations);
        return whyNot is null ? Small : null;
    }

    private static string? WhyNot(long count, string deviceKind, IReadOnlyCollection<string> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        if (deviceKind != "CPU")
            return $"it was measured on a CPU only, not on a {deviceKind}";
        if (count > MostParameters)
            return FormattableString.Invariant($"{count:N0} parameters are more than {MostParameters:N0}");
        string? slow = operations.Order(StringComparer.Ordinal)
            .FirstOrDefault(name => SlowOps.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        return slow is null ? null : $"XLA gains nothing on {slow}";
    }
}

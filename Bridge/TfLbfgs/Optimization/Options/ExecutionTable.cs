namespace TfLbfgs.Optimization;

/// <summary>
/// What <see cref="Execution.Auto"/> means: a function of the number of parameters, the device and the options, never of a clock, so that runs repeat. Compilation takes one to several seconds; per evaluation the compiled
/// loop saves about 0.3 ms of native calls against the executor, and compiled calls about half of that (docs/reference/performance.md). So only long runs of small problems are compiled.
/// </summary>
public static class ExecutionTable
{
    /// <summary>Where a run may be long enough for a compilation to pay.</summary>
    private const int LongRun = 5_000;

    /// <summary>Chooses.</summary>
    /// <param name="count">n, at least 1.</param>
    /// <param name="deviceKind">Such as <c>CPU</c>.</param>
    /// <param name="options">The options: the limit of iterations, and what the compiled loop has not.</param>
    /// <returns><see cref="Execution.Compiled"/> for at least 5,000 iterations of up to 2,000 parameters, <see cref="Execution.CompiledCalls"/> for as many of up to 20,000, else <see cref="Execution.Traced"/>.</returns>
    public static Execution Choose(long count, string deviceKind, LbfgsOptions options) =>
        Choose(count, deviceKind, options, hasLoop: true);

    /// <summary>The same for a driver that may have no loop, such as that of a batch.</summary>
    internal static Execution Choose(long count, string deviceKind, LbfgsOptions options, bool hasLoop)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Execution != Execution.Auto)
            return options.Execution;
        if (options.MaxIterations < LongRun || deviceKind != "CPU")
            return Execution.Traced;
        if (hasLoop && count <= 2_000 && options.WhyNotOneLoop is null)
            return Execution.Compiled;
        return count <= 20_000 ? Execution.CompiledCalls : Execution.Traced;
    }
}

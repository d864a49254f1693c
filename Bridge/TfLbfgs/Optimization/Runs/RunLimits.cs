using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>The limits that end a run of any driver, and the sentences for them.</summary>
internal static class RunLimits
{
    /// <summary>Which limit forbids to go on; null: none.</summary>
    public static StopReason? Reached(RunOptions options, int iterations, int evaluations, TimeSpan elapsed,
        CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? StopReason.Cancelled
        : iterations >= options.MaxIterations ? StopReason.IterationLimit
        : evaluations >= options.MaxEvaluations ? StopReason.EvaluationLimit
        : elapsed >= options.MaxTime ? StopReason.TimeLimit
        : null;

    /// <summary>The sentence for a limit, or for what the callback said.</summary>
    public static string Sentence(StopReason reason, RunOptions options, int iterations, double seconds, double gradientMax)
    {
        string what = reason switch
        {
            StopReason.Cancelled => "Cancelled",
            StopReason.IterationLimit => Invariant($"Reached the limit of {options.MaxIterations} iterations"),
            StopReason.EvaluationLimit => Invariant($"Reached the limit of {options.MaxEvaluations} evaluations"),
            StopReason.TimeLimit => Invariant($"Reached the time limit of {options.MaxTime!.Value.TotalSeconds:G4} s after {seconds:F2} s"),
            StopReason.Stopped => Invariant($"Stopped by the callback at iteration {iterations}"),
            StopReason.Aborted => Invariant($"Aborted by the callback at iteration {iterations}"),
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "no limit"),
        };
        return Invariant($"{what}; max |g| = {gradientMax:G4}.");
    }
}

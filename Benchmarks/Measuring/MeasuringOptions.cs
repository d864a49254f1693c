namespace TfLbfgs.Benchmarks.Measuring;

/// <summary>How a row is measured.</summary>
/// <param name="Iterations">The iterations of the timed minimization; null: the workload's.</param>
/// <param name="Repetitions">The fewest minimizations of which the best counts.</param>
/// <param name="WithTarget">Whether the time to the target is searched.</param>
internal sealed record MeasuringOptions(int? Iterations, int Repetitions, bool WithTarget);

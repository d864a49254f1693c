using TfLbfgs.Tensors;
using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// The end of a minimization: the best point found, why it ended, and what it cost. Owns its tensors. Python: <c>LbfgsOptimizerResults</c>.
/// </summary>
public sealed partial class LbfgsResult : IDisposable
{
    private readonly bool? _converged;
    private readonly bool? _failed;

    /// <summary>
    /// The best point, shape [n]; with <see cref="LbfgsOptions.TfpCompatible"/> the last one, as tfp has it. Python: <c>position</c>.
    /// </summary>
    public required Tensor Position { get; init; }

    /// <summary>The gradient there, shape [n]. Python: <c>objective_gradient</c>.</summary>
    public required Tensor Gradient { get; init; }

    /// <summary>The loss there. Python: <c>objective_value</c>.</summary>
    public required double Loss { get; init; }

    /// <summary>The loss at the start.</summary>
    public required double InitialLoss { get; init; }

    /// <summary>The largest component of the gradient there, max |g_i|.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Why it ended.</summary>
    public required StopReason Reason { get; init; }

    /// <summary>Why it ended, in a sentence with numbers.</summary>
    public required string Message { get; init; }

    /// <summary>Accepted iterations. Python: <c>num_iterations</c>.</summary>
    public required int Iterations { get; init; }

    /// <summary>Evaluations of loss and gradient. Python: <c>num_objective_evaluations</c>.</summary>
    public required int Evaluations { get; init; }

    /// <summary>
    /// Reads of small tensors from the device: at most <see cref="Evaluations"/> + <see cref="Iterations"/>, and one for each measurement
    /// of <see cref="LbfgsOptions.Validation"/>.
    /// </summary>
    public required int Reads { get; init; }

    /// <summary>How often the memory was cleared and the search began anew from the steepest descent.</summary>
    public required int Restarts { get; init; }

    /// <summary>Line searches that found no acceptable step.</summary>
    public required int FailedSearches { get; init; }

    /// <summary>
    /// Accepted steps whose pair was not learnt, because the curvature along them was not positive enough; 0 with tfp's rules and in
    /// batches, which do not count them.
    /// </summary>
    public int SkippedPairs { get; init; }

    /// <summary>The bytes of <see cref="Reads"/>; 0 where they are not counted.</summary>
    public long BytesRead { get; init; }

    /// <summary>Seconds of the whole minimization, tracing included.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// Of these, the seconds in calls of traced functions, which evaluate and compute directions, and in the reads of their results; NaN
    /// where not measured.
    /// </summary>
    public double CallSeconds { get; init; } = double.NaN;

    /// <summary>Of these again, the seconds of the calls that traced and compiled.</summary>
    public double TracingSeconds { get; init; } = double.NaN;

    /// <summary>
    /// Of <see cref="Seconds"/>, those in which devices or workers of a <see cref="Distribution.DistributedObjective"/> computed, of each
    /// evaluation the slowest of them; NaN where not measured.
    /// </summary>
    public double WorkerSeconds { get; init; } = double.NaN;

    /// <summary>
    /// Of <see cref="Seconds"/>, those in which positions and gradients were on their way between processes or devices; NaN where not
    /// measured.
    /// </summary>
    public double NetworkSeconds { get; init; } = double.NaN;

    /// <summary>The rest: the sum, directions, decisions, tracing, and waiting for lost workers; NaN where not measured.</summary>
    public double DriverSeconds => Seconds - WorkerSeconds - NetworkSeconds;

    /// <summary>The curvatures of the pairs in memory at the end; null: there are none, or they are unknown.</summary>
    public CurvatureSpectrum? Spectrum { get; init; }

    /// <summary>
    /// The error of the loss that <see cref="Optimization.Noise.Measured"/> found; null: it was not measured, or could not be determined.
    /// </summary>
    public double? Noise { get; init; }

    /// <summary>The line search that failed last and was looked into; null: none. See <see cref="LbfgsOptions.ExplainFailures"/>.</summary>
    public LbfgsSearchFailure? SearchFailure { get; init; }

    /// <summary>The start and every accepted iteration.</summary>
    public required IReadOnlyList<LbfgsProgress> History { get; init; }

    /// <summary>
    /// The lowest validation loss that was measured; null without <see cref="LbfgsOptions.Validation"/>, or when none was finite.
    /// </summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// The iteration where it was measured: that of <see cref="Position"/>, unless <see cref="Validation.RestoreBest"/> is off.
    /// </summary>
    public int? ValidationIteration { get; init; }

    /// <summary>
    /// True when something was reached that the caller asked for: the gradient tolerance, the target, another tolerance, the end of a
    /// patience, or success by the callback. Limits, cancellation and a stalled
    /// search are none. Python: <c>converged</c>, but never for a stalled search.
    /// </summary>
    public bool IsSuccess => Succeeds(Reason);

    /// <summary>
    /// Whether it ended by a tolerance or the target. With <see cref="LbfgsOptions.TfpCompatible"/> tfp's flag, which is also set where the
    /// search stalled: <see cref="Reason"/> tells them apart.
    /// Python: <c>converged</c>.
    /// </summary>
    public bool Converged
    {
        get => _converged
            ?? Reason is StopReason.Converged or StopReason.TargetReached or StopReason.PositionTolerance or StopReason.LossTolerance;
        init => _converged = value;
    }

    /// <summary>Whether it ended badly; neither flag is set where a limit ended it. Python: <c>failed</c>.</summary>
    public bool Failed
    {
        get => _failed ?? Reason is StopReason.BadStart or StopReason.Stalled or StopReason.LineSearchFailed;
        init => _failed = value;
    }

    /// <summary>
    /// The last changes of the position, oldest first, zeros where there were none yet, shape [m, n]; null unless asked for by
    /// <see cref="LbfgsOptions.ReturnPairs"/> or <see cref="LbfgsOptions.TfpCompatible"/>.
    /// Python: <c>position_deltas</c>.
    /// </summary>
    public Tensor? PositionDeltas { get; init; }

    /// <summary>The last changes of the gradient, as <see cref="PositionDeltas"/>. Python: <c>gradient_deltas</c>.</summary>
    public Tensor? GradientDeltas { get; init; }

    /// <summary>What was run; null where it is unknown.</summary>
    internal RunDescription? Run { get; set; }

    /// <summary>Whether a reason is something that was asked for.</summary>
    internal static bool Succeeds(StopReason reason) =>
        reason is StopReason.Converged or StopReason.TargetReached or StopReason.PositionTolerance or StopReason.LossTolerance
        or StopReason.NoImprovement or StopReason.Stopped or StopReason.RulesMet;

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Position.Dispose();
        Gradient.Dispose();
        PositionDeltas?.Dispose();
        GradientDeltas?.Dispose();
        InverseHessian?.Dispose();
    }

    /// <summary>Reason, loss and counts in one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Invariant(
        $"{Message} Loss {InitialLoss:G6} -> {Loss:G6} after {Iterations} iterations and {Evaluations} evaluations in {Seconds:F2} s.");

    /// <summary>
    /// A page: the problem, the method, the history from start to end, where the time went, a table of at most 20 iterations, and why it
    /// ended. Formatted alike in every culture. Python: SciPy has no such page; Ceres calls it
    /// <c>FullReport</c>.
    /// </summary>
    /// <returns>The text, several lines.</returns>
    public string Report() => LbfgsReport.Of(this);
}

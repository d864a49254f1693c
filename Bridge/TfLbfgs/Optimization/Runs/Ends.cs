using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// The ends that the algorithm itself comes to, with their sentences: one place for the managed and the compiled loop and the members of a
/// batch.
/// </summary>
internal static class Ends
{
    /// <summary>The sentence for an end.</summary>
    /// <param name="end">Which; not <see cref="RunEnd.None"/> and not <see cref="RunEnd.Point"/>, whose sentences the rules about points
    /// have.</param>
    /// <param name="point">Where the run stands.</param>
    /// <param name="numbers">Its numbers.</param>
    /// <param name="options">Its options.</param>
    /// <param name="predictedDecrease">Along the last direction.</param>
    public static (StopReason Reason, string Message) Of(RunEnd end, EvaluationScalars point, RunNumbers<HostScalar> numbers, AlgorithmOptions options, double predictedDecrease) => end switch
    {
        RunEnd.NotMoved => NotMoved(point.GradientMax),
        RunEnd.Floor => Floor(point.GradientMax, options.FloorIterations),
        RunEnd.Unchanged => Unchanged(point.Value, point.GradientMax),
        RunEnd.Predicted => Predicted(point.GradientMax, predictedDecrease),
        RunEnd.Failures => Failures(point.GradientMax, (int)numbers.FailsInRow.Value),
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "no end of the algorithm"),
    };

    private static (StopReason, string) NotMoved(double gradientMax) =>
        (StopReason.Stalled, Invariant($"Stalled: the step no longer changes the position; max |g| = {gradientMax:G4}."));

    private static (StopReason, string) Floor(double gradientMax, int iterations) =>
        (StopReason.WorkingPrecision, Invariant($"Reached working precision: {iterations} iterations changed the loss by no more than its error; max |g| = {gradientMax:G4}."));

    private static (StopReason, string) Unchanged(double value, double gradientMax) => (StopReason.Stalled, Invariant(
        $"Stalled: {RuleConstants.UnchangedIterations} iterations left the loss at exactly {value:G6}, though the gradient predicts a decrease; max |g| = {gradientMax:G4}."));

    private static (StopReason, string) Predicted(double gradientMax, double decrease) =>
        (StopReason.WorkingPrecision, Invariant($"Reached working precision: the predicted decrease {decrease:G3} is below the rounding of the loss; max |g| = {gradientMax:G4}."));

    /// <summary>
    /// With what the trials along -g said, and which variables are to blame; null: the last search was another one, or it was not examined.
    /// </summary>
    public static (StopReason, string) Failures(double gradientMax, int searches, TrialConsistency? steepest = null,
        LbfgsSearchFailure? failure = null) => (StopReason.Stalled, Invariant(
        $"Stalled: {searches} line searches in a row found no lower loss; max |g| = {gradientMax:G4}.{steepest?.Contradiction()}{(failure is null ? "" : $" {failure.Message}")}"));

    /// <summary>Loss, gradient or its square are not finite at the start.</summary>
    /// <param name="value">The loss.</param>
    /// <param name="gradientMax">max |g_i|.</param>
    /// <param name="where">Which variables are to blame, with a blank before and a semicolon after; empty: unknown.</param>
    public static (StopReason, string) BadStart(double value, double gradientMax, string where = "") =>
        (StopReason.BadStart, double.IsFinite(value) && double.IsFinite(gradientMax)
        ? Invariant($"Bad start: max |g| = {gradientMax:G4} is so large that its square overflows; nothing was changed. Divide the loss by a constant, or start elsewhere.")
        : Invariant($"Bad start: loss {value}, max |g| {gradientMax};{where} expected finite numbers; nothing was changed. Start elsewhere, or look for a division by zero or a logarithm of zero in the loss."));
}

using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>The ends that the algorithm itself comes to, with their sentences: one place for the managed and the compiled loop.</summary>
internal static class Ends
{
    public static (StopReason, string) NotMoved(Trial point) => (StopReason.Stalled, Invariant($"Stalled: the step no longer changes the position; max |g| = {point.GradientMax:G4}."));

    public static (StopReason, string) Floor(Trial point, int iterations = LbfgsDriver.FloorIterations) =>
        (StopReason.WorkingPrecision, Invariant($"Reached working precision: {iterations} iterations changed the loss by no more than its error; max |g| = {point.GradientMax:G4}."));

    public static (StopReason, string) Unchanged(Trial point) => (StopReason.Stalled, Invariant(
        $"Stalled: {LbfgsDriver.FloorIterations} iterations left the loss at exactly {point.Value:G6}, though the gradient predicts a decrease; max |g| = {point.GradientMax:G4}."));

    public static (StopReason, string) Predicted(Trial point, double decrease) =>
        (StopReason.WorkingPrecision, Invariant($"Reached working precision: the predicted decrease {decrease:G3} is below the rounding of the loss; max |g| = {point.GradientMax:G4}."));

    /// <summary>With what the trials along -g said, and which variables are to blame; null: the last search was another one, or nobody looked.</summary>
    public static (StopReason, string) Failures(Trial point, int searches, TrialConsistency? steepest = null, LbfgsSearchFailure? failure = null) => (StopReason.Stalled, Invariant(
        $"Stalled: {searches} line searches in a row found no lower loss; max |g| = {point.GradientMax:G4}.{steepest?.Contradiction()}{(failure is null ? "" : $" {failure.Message}")}"));
}

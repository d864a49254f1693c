using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>The ends that the algorithm itself comes to, with their sentences: one place for the managed and the compiled loop.</summary>
internal static class Ends
{
    public static (StopReason, string) NotMoved(Trial point) => (StopReason.Stalled, Invariant($"Stalled: the step no longer changes the position; max |g| = {point.GradientMax:G4}."));

    public static (StopReason, string) Floor(Trial point) =>
        (StopReason.WorkingPrecision, Invariant($"Reached working precision: {LbfgsDriver.FloorIterations} iterations changed the loss by rounding only; max |g| = {point.GradientMax:G4}."));

    public static (StopReason, string) Unchanged(Trial point) => (StopReason.Stalled, Invariant(
        $"Stalled: {LbfgsDriver.FloorIterations} iterations left the loss at exactly {point.Value:G6}, though the gradient predicts a decrease; max |g| = {point.GradientMax:G4}."));

    public static (StopReason, string) Predicted(Trial point, double decrease) =>
        (StopReason.WorkingPrecision, Invariant($"Reached working precision: the predicted decrease {decrease:G3} is below the rounding of the loss; max |g| = {point.GradientMax:G4}."));

    public static (StopReason, string) Failures(Trial point, int searches) =>
        (StopReason.Stalled, Invariant($"Stalled: {searches} line searches in a row found no lower loss; max |g| = {point.GradientMax:G4}."));
}

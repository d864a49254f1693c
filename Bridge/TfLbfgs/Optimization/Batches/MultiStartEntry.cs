namespace TfLbfgs.Optimization;

/// <summary>The end of one start.</summary>
/// <param name="Start">Its index among the starts.</param>
/// <param name="Loss">The loss that it reached.</param>
/// <param name="InitialLoss">The loss where it started.</param>
/// <param name="GradientNorm">max |g_i| at the end.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Message">Why, in a sentence with numbers.</param>
/// <param name="Iterations">Its accepted iterations.</param>
/// <param name="Evaluations">Its evaluations.</param>
public sealed record MultiStartEntry(int Start, double Loss, double InitialLoss, double GradientNorm, StopReason Reason, string Message,
    int Iterations, int Evaluations)
{
    /// <summary>
    /// The minimum that it reached, an index of <see cref="MultiStartResult.Minima"/>; null where it ended at none: by a limit, badly, or
    /// stalled.
    /// </summary>
    public int? Minimum { get; init; }

    /// <summary>Whether it ended where no descent is left: by a tolerance, the target, or at working precision.</summary>
    public bool IsMinimum => Reason is StopReason.Converged or StopReason.TargetReached or StopReason.PositionTolerance
        or StopReason.LossTolerance or StopReason.WorkingPrecision;
}

using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>When a member of a batch ends by where it stands, and the sentences that say so.</summary>
internal static class MemberRules
{
    /// <summary>Whether a point is the end; null: it is not.</summary>
    public static (StopReason Reason, string Message)? JudgePoint(LbfgsOptions options, MemberTrial point)
    {
        if (!point.IsFinite && double.IsFinite(point.Value) && double.IsFinite(point.GradientMax))
            return (StopReason.BadStart, Text($"Bad start: max |g| = {point.GradientMax:G4} is so large that its square overflows; nothing was changed. Divide the loss by a constant, or start elsewhere."));
        if (!point.IsFinite)
            return (StopReason.BadStart, Text($"Bad start: loss {point.Value}, max |g| {point.GradientMax}; expected finite numbers; nothing was changed. Start elsewhere, or look for a division by zero or a logarithm of zero in the loss."));
        if (point.Value <= options.TargetLoss)
            return (StopReason.TargetReached, Text($"Reached the target: loss {point.Value:G6} <= {options.TargetLoss:G6}."));
        if (point.GradientMax <= options.GradientTolerance)
            return (StopReason.Converged, Text($"Converged: max |g| = {point.GradientMax:G4} <= {options.GradientTolerance:G4}."));
        return null;
    }

    /// <summary>Whether the step to a point is the end; null: it is not.</summary>
    public static (StopReason Reason, string Message)? JudgeChange(LbfgsOptions options, MemberTrial point, double former)
    {
        double change = Math.Abs(point.Value - former);
        if (options.PositionTolerance > 0 && point.Moved <= options.PositionTolerance)
            return (StopReason.PositionTolerance, Text($"The position changed by {point.Moved:G4} <= {options.PositionTolerance:G4} in an iteration; max |g| = {point.GradientMax:G4}."));
        if (options.AbsoluteLossTolerance > 0 && change <= options.AbsoluteLossTolerance)
            return (StopReason.LossTolerance, Text($"The loss changed by {change:G4} <= {options.AbsoluteLossTolerance:G4} in an iteration; max |g| = {point.GradientMax:G4}."));
        if (options.RelativeLossTolerance > 0 && change <= options.RelativeLossTolerance * Math.Abs(former))
            return (StopReason.LossTolerance, Text($"The loss changed by {change:G4} <= {options.RelativeLossTolerance:G4} |{former:G6}| in an iteration; max |g| = {point.GradientMax:G4}."));
        return null;
    }

    /// <summary>Why a search failed, to follow the rest of a sentence; empty where it did not say.</summary>
    public static string Explain(Line line)
    {
        string why = line.Failure switch
        {
            LineSearchFailure.NotDescending => ", the last one because the direction does not descend",
            LineSearchFailure.NotFinite => ", the last one because loss or gradient are not finite at a step inside the bracket",
            LineSearchFailure.NoBracket => Text($", the last one because {line.Trials} trials found no step behind which the loss rises"),
            LineSearchFailure.NoWidth => ", the last one because no number is left between the ends of the bracket",
            LineSearchFailure.Limit => Text($", the last one because none of {line.Trials} trials met the conditions"),
            _ => "",
        };
        return line.Bracket is not var (low, high)
            ? why
            : why + Text($"; last bracket [{low.Step:G4}, {high.Step:G4}] with losses {low.Value:G6} and {high.Value:G6}, slopes {low.Slope:G4} and {high.Slope:G4}");
    }

    /// <summary>Formats with dots as decimal points.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

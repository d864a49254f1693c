using System.Numerics;

namespace TfLbfgs.Optimization;

/// <content>The ends of a member, and the sentences that say why.</content>
internal sealed partial class TfpRules<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Ends a member whose gradient or loss is where it should be; false: it is not.</summary>
    private bool EndsWell(BatchMember<T> member, T value, T gradientMax, bool strict)
    {
        if (double.CreateChecked(value) <= options.TargetLoss)
        {
            member.Converged = true;
            member.End(StopReason.TargetReached,
                FormattableString.Invariant($"Reached the target: loss {value:G6} <= {options.TargetLoss:G6}."));
        }
        else if (strict ? gradientMax < _tolerance : gradientMax <= _tolerance)
        {
            member.Converged = true;
            member.End(StopReason.Converged,
                FormattableString.Invariant(
                $"Converged: max |g| = {gradientMax:G4} {(strict ? "<" : "<=")} {options.GradientTolerance:G4}."));
        }

        return member.Converged;
    }

    /// <summary>Ends a member that starts where loss or gradient are not finite.</summary>
    private static void EndAtBadStart(BatchMember<T> member)
    {
        member.Failed = true;
        member.End(StopReason.BadStart,
            FormattableString.Invariant(
            $"Bad start: loss {member.Value}, max |g| {member.GradientMax}{(member.IsGradientFinite ? "" : ", a component of the gradient is not finite")}; expected finite numbers. Start elsewhere, or look for a division by zero or a logarithm of zero in the loss."));
    }

    /// <summary>Why a search failed, with the conditions that do not hold and the last bracket.</summary>
    private string Explain(BatchMember<T> member, int index, HagerZhangResult<T> result)
    {
        HagerZhangPoint<T> left = result.Left[index];
        HagerZhangPoint<T> right = result.Right[index];
        string why = result.Failures[index] switch
        {
            LineSearchFailure.NotDescending when !T.IsFinite(member.Slope) =>
                FormattableString.Invariant($"the direction is not finite (slope {member.Slope}): the last pair has no curvature"),
            LineSearchFailure.NotDescending => FormattableString.Invariant($"the direction does not descend (slope {member.Slope:G4})"),
            LineSearchFailure.NotFinite => "loss or slope are not finite at a step that was tried",
            LineSearchFailure.NoBracket =>
                FormattableString.Invariant($"no bracket: {Search.MaxIterations} round(s) found no step behind which the loss rises"),
            LineSearchFailure.NoWidth =>
                FormattableString.Invariant($"no number is left between the ends of the bracket, and {Violated(member, left, right)}"),
            _ => FormattableString.Invariant($"after {Search.MaxIterations} round(s) {Violated(member, left, right)}"),
        };
        return FormattableString.Invariant(
            $"Line search failed: {why}; last bracket [{left.Step:G4}, {right.Step:G4}] with losses {left.Value:G6} and {right.Value:G6}, slopes {left.Slope:G4} and {right.Slope:G4}; max |g| = {member.GradientMax:G4}.");
    }

    private string Violated(BatchMember<T> member, HagerZhangPoint<T> left, HagerZhangPoint<T> right)
    {
        HagerZhangPoint<T> end = left.Step > T.Zero ? left : right;
        double slope = double.CreateChecked(member.Slope);
        bool curvature = double.CreateChecked(end.Slope) < Search.Curvature * slope;
        double mean = (double.CreateChecked(end.Value) - double.CreateChecked(member.Value)) / double.CreateChecked(end.Step);
        bool decrease = mean > Search.SufficientDecrease * slope;
        return (curvature, decrease) switch
        {
            (true, true) => FormattableString.Invariant($"step {end.Step:G4} does not satisfy sufficient decrease and curvature"),
            (true, false) => FormattableString.Invariant($"step {end.Step:G4} does not satisfy curvature"),
            (false, true) => FormattableString.Invariant($"step {end.Step:G4} does not satisfy sufficient decrease"),
            _ => FormattableString.Invariant($"step {end.Step:G4} satisfies the conditions, but ends the bracket and is not tested"),
        };
    }
}

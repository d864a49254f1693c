using System.Numerics;

namespace TfLbfgs.Optimization;

/// <summary>
/// tfp's rules, defects included: flags as tfp sets them, the step always 1 at first, the left end of the bracket taken also after a failed
/// search, an unchanged loss or position counted as
/// converged, and a relative tolerance that is multiplied by the signed loss. Only the sentence tells the truth.
/// </summary>
internal sealed partial class TfpRules<T>(TfpOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _tolerance = T.CreateTruncating(options.GradientTolerance);
    private readonly T _position = T.CreateTruncating(options.PositionTolerance);
    private readonly T _relative = T.CreateTruncating(options.RelativeLossTolerance);
    private readonly T _absolute = T.CreateTruncating(options.AbsoluteLossTolerance);

    /// <summary>The constants of the line search.</summary>
    public HagerZhangOptions Search { get; } = new()
    {
        SufficientDecrease = options.SufficientDecrease,
        Curvature = options.Curvature,
        MaxIterations = options.MaxLineSearchTrials,
    };

    /// <summary>Judges a member after the first evaluation.</summary>
    public void Start(BatchMember<T> member)
    {
        if (T.IsFinite(member.Value))
            EndsWell(member, member.Value, member.GradientMax, strict: true);
    }

    /// <summary>Judges a member before an iteration.</summary>
    public static void BeforeIteration(BatchMember<T> member)
    {
        if (T.IsNegativeInfinity(member.Value))
            EndAtMinusInfinity(member);
        if (!member.Converged && !member.Failed && (!T.IsFinite(member.Value) || !member.IsGradientFinite))
            EndAtBadStart(member);
    }

    /// <summary>Judges a member after a search; its values are still those before.</summary>
    /// <param name="member">Which.</param>
    /// <param name="index">Its place.</param>
    /// <param name="result">How the search ended.</param>
    /// <param name="trial">The evaluation of the chosen point; null: it did not move.</param>
    public void AfterSearch(BatchMember<T> member, int index, HagerZhangResult<T> result, BatchTrial<T>? trial)
    {
        if (!result.Converged[index])
        {
            member.Failed = true;
            member.End(StopReason.LineSearchFailed, Explain(member, index, result));
        }

        if (trial is null)
        {
            // No move, though the search may have called that converged: tfp finds the position unchanged.
            if (!member.Failed)
                Judge(member, member.Value, member.GradientMax, T.Zero);
            return;
        }

        T value = trial.Value(index);
        if (T.IsNegativeInfinity(value))
            EndAtMinusInfinity(member);
        if (!member.Converged && (!T.IsFinite(value) || !trial.IsGradientFinite(index)))
        {
            member.Failed = true;
            member.End(StopReason.LineSearchFailed,
                FormattableString.Invariant(
                $"Line search failed: it led to a point with loss {value} and a gradient that is {(trial.IsGradientFinite(index) ? "finite" : "not finite")}."));
        }

        if (!member.Failed && !member.Converged)
            Judge(member, value, trial.GradientMax(index), trial.Moved(index));
    }

    private void Judge(BatchMember<T> member, T value, T gradientMax, T moved)
    {
        T change = T.Abs(value - member.Value);
        if (EndsWell(member, value, gradientMax, strict: false))
            return;
        bool relative = change <= _relative * member.Value;
        bool absolute = change <= _absolute;
        bool position = moved <= _position;
        member.Converged = relative || absolute || position;
        if (position && _position > T.Zero)
            member.End(StopReason.PositionTolerance,
                FormattableString.Invariant(
                $"Position tolerance: the last iteration moved no component by more than {moved:G4} <= {_position:G4}; max |g| = {gradientMax:G4}."));
        else if ((relative && _relative > T.Zero) || (absolute && _absolute > T.Zero))
            member.End(StopReason.LossTolerance,
                FormattableString.Invariant(
                $"Loss tolerance: the last iteration changed the loss by {change:G4}, within {(relative ? $"{_relative:G4} of it" : $"{_absolute:G4}")}; max |g| = {gradientMax:G4}."));
        else if (member.Converged)
            EndUnchanged(member, gradientMax);
    }

    private static void EndUnchanged(BatchMember<T> member, T gradientMax)
    {
        member.Converged = true;
        member.End(StopReason.Stalled,
            FormattableString.Invariant(
            $"Stalled: the last iteration left loss or position exactly unchanged, which tfp counts as converged; max |g| = {gradientMax:G4}."));
    }

    private static void EndAtMinusInfinity(BatchMember<T> member)
    {
        member.Converged = true;
        member.End(StopReason.Converged, "Converged: the loss is -infinity, which tfp counts as the minimum.");
    }
}

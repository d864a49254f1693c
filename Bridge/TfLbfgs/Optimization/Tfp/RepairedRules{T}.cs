using System.Numerics;

namespace TfLbfgs.Optimization;

/// <summary>
/// The rules of the default mode: what tfp gets wrong is repaired. Tolerances of 0 are off, the relative one uses |f|, what is unchanged has stalled, a failed search keeps the lowest point that
/// it saw and begins anew from the steepest descent, a step that is not finite is shortened, and pairs without curvature are left out.
/// </summary>
internal sealed class RepairedRules<T>(LbfgsOptions options) : BatchRules<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double NoiseInUlps = 4;
    private const int FlatIterations = 10;
    private static readonly double Epsilon = double.CreateChecked(T.BitIncrement(T.One) - T.One);

    /// <inheritdoc/>
    public override HagerZhangOptions Search { get; } = new()
    {
        ApproximateWolfe = NoiseInUlps * Epsilon,
        SufficientDecrease = Math.Min(options.SufficientDecrease, 0.1),
        Curvature = options.Curvature,
        MaxIterations = options.MaxLineSearchTrials,
        Repaired = true,
    };

    /// <inheritdoc/>
    public override void Start(BatchMember<T> member)
    {
        if (!T.IsFinite(member.Value) || !member.IsGradientFinite)
            EndAtBadStart(member);
        else
            EndsWell(member, member.Value, member.GradientMax, strict: false);
    }

    /// <inheritdoc/>
    public override void BeforeIteration(BatchMember<T> member)
    {
    }

    /// <summary>What is not finite is too high: the step is shortened.</summary>
    public override T Seen(BatchTrial<T> trial, int index) => T.IsFinite(trial.Value(index)) && trial.IsGradientFinite(index) ? trial.Value(index) : T.PositiveInfinity;

    /// <inheritdoc/>
    public override T FirstStep(BatchMember<T> member) => member.UsesPairs || Options.InitialInverseHessianDiagonal is not null
        ? T.CreateTruncating(member.ShortStart)
        : T.CreateTruncating(Math.Min(1, 1 / Math.Sqrt(double.CreateChecked(member.GradientSquared))) * member.ShortStart);

    /// <inheritdoc/>
    public override HagerZhangPoint<T> Choose(int index, HagerZhangResult<T> result, HagerZhangPoint<T> best) => result.Converged[index] ? result.Left[index] : best;

    /// <inheritdoc/>
    public override void AfterSearch(BatchMember<T> member, int index, HagerZhangResult<T> result, BatchTrial<T>? trial)
    {
        double band = NoiseInUlps * Epsilon * Math.Abs(double.CreateChecked(member.Value));
        double predicted = -double.CreateChecked(member.Slope) / 2;
        if (trial is null)
        {
            Fail(member, index, result, predicted, band);
            return;
        }

        T value = trial.Value(index);
        T gradientMax = trial.GradientMax(index);
        T moved = trial.Moved(index);
        double change = Math.Abs(double.CreateChecked(value - member.Value));
        member.ShortStart = 1;
        member.FailsInRow = change > band ? 0 : member.FailsInRow + (result.Converged[index] ? 0 : 1);
        member.FlatIterations = change <= band && predicted <= 10 * band ? member.FlatIterations + 1 : 0;
        if (EndsWell(member, value, gradientMax, strict: false))
            return;
        if (moved == T.Zero)
            End(member, StopReason.Stalled, Text($"Stalled: the step no longer changes the position; max |g| = {gradientMax:G4}."));
        else if (Options.PositionTolerance > 0 && double.CreateChecked(moved) <= Options.PositionTolerance)
            End(member, StopReason.PositionTolerance, Text($"Position tolerance: the last iteration moved no component by more than {moved:G4} <= {Options.PositionTolerance:G4}; max |g| = {gradientMax:G4}."));
        else if (Options.RelativeLossTolerance > 0 && change <= Options.RelativeLossTolerance * Math.Abs(double.CreateChecked(member.Value)))
            End(member, StopReason.LossTolerance, Text($"Loss tolerance: the last iteration changed the loss by {change:G4}, within {Options.RelativeLossTolerance:G4} of |f|; max |g| = {gradientMax:G4}."));
        else if (Options.AbsoluteLossTolerance > 0 && change <= Options.AbsoluteLossTolerance)
            End(member, StopReason.LossTolerance, Text($"Loss tolerance: the last iteration changed the loss by {change:G4} <= {Options.AbsoluteLossTolerance:G4}; max |g| = {gradientMax:G4}."));
        else if (member.FlatIterations >= FlatIterations)
            End(member, StopReason.WorkingPrecision, Text($"Reached working precision: {FlatIterations} iterations changed the loss by rounding only; max |g| = {gradientMax:G4}."));
        else if (member.FailsInRow > Options.MaxRestarts)
            End(member, StopReason.LineSearchFailed, Explain(member, index, result));
    }

    /// <inheritdoc/>
    public override bool Learns(BatchMember<T> member, T? slope) =>
        !member.IsDone && slope is { } after && after - member.Slope > T.CreateTruncating(Epsilon) * T.Abs(member.Slope);

    private void Fail(BatchMember<T> member, int index, HagerZhangResult<T> result, double predicted, double band)
    {
        member.FailsInRow++;
        if (member.UsesPairs && predicted <= band)
            End(member, StopReason.WorkingPrecision, Text($"Reached working precision: the predicted decrease {predicted:G3} is below the rounding of the loss; max |g| = {member.GradientMax:G4}."));
        else if (member.FailsInRow > Options.MaxRestarts || (!member.UsesPairs && member.FailsInRow > 2))
            End(member, StopReason.LineSearchFailed, Explain(member, index, result));
        else if (!member.UsesPairs)
            member.ShortStart *= 1e-3;
        // The driver forgets the pairs of a member that failed.
    }

    private static void End(BatchMember<T> member, StopReason reason, string message)
    {
        member.Converged = reason is StopReason.PositionTolerance or StopReason.LossTolerance;
        member.Failed = reason is StopReason.LineSearchFailed or StopReason.Stalled;
        member.End(reason, message);
    }
}

using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>The change of the position in an accepted iteration.</summary>
internal sealed record PositionRule(double Tolerance) : StoppingRule
{
    public override string ToString() => Invariant($"max |dx| <= {Tolerance:G4}");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin() =>
        moment => moment.Progress.Iteration > 0 && moment.Progress.Moved <= Tolerance
        ? new StoppingVerdict(StopReason.PositionTolerance,
            Invariant($"the position changed by {moment.Progress.Moved:G4} <= {Tolerance:G4} in an iteration"))
        : null;
}

using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>The time since the call.</summary>
internal sealed record TimeRule(TimeSpan Limit) : StoppingRule
{
    public override string ToString() => Invariant($"{Limit.TotalSeconds:G4} s");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin() => moment => moment.Seconds >= Limit.TotalSeconds
        ? new StoppingVerdict(StopReason.TimeLimit, Invariant($"{moment.Seconds:F2} s >= {Limit.TotalSeconds:G4} s"))
        : null;
}

using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>A condition of the caller's.</summary>
internal sealed record ConditionRule(Func<LbfgsProgress, bool> Condition, string Name) : StoppingRule
{
    public override string ToString() => Name;

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin()
    {
        StoppingVerdict? last = null;
        return moment =>
        {
            if (moment.IsNew)
                last = Condition(moment.Progress)
                    ? new StoppingVerdict(StopReason.Stopped, Invariant($"{Name} at iteration {moment.Progress.Iteration}")) : null;
            return last;
        };
    }
}

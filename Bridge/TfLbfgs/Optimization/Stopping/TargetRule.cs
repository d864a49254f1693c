using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>A loss that is low enough.</summary>
internal sealed record TargetRule(double Loss) : StoppingRule
{
    public override string ToString() => Invariant($"loss <= {Loss:G6}");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin() => moment => moment.Progress.Loss <= Loss
        ? new StoppingVerdict(StopReason.TargetReached, Invariant($"loss {moment.Progress.Loss:G6} <= {Loss:G6}"))
        : null;
}

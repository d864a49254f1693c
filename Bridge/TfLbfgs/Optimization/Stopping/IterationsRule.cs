using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>A number of accepted iterations.</summary>
internal sealed record IterationsRule(int Limit) : StoppingRule
{
    public override string ToString() => Invariant($"{Limit:N0} iterations");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin() => moment => moment.Progress.Iteration >= Limit
        ? new StoppingVerdict(StopReason.IterationLimit, Invariant($"{moment.Progress.Iteration} iterations >= {Limit}"))
        : null;
}

using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>A number of evaluations.</summary>
internal sealed record EvaluationsRule(int Limit) : StoppingRule
{
    public override string ToString() => Invariant($"{Limit:N0} evaluations");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin() => moment => moment.Evaluations >= Limit
        ? new StoppingVerdict(StopReason.EvaluationLimit, Invariant($"{moment.Evaluations} evaluations >= {Limit}"))
        : null;
}

namespace TfLbfgs.Optimization;

/// <summary>Two rules at once.</summary>
internal sealed record BothRule(StoppingRule Left, StoppingRule Right) : StoppingRule
{
    public override string ToString() => $"({Left} and {Right})";

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin()
    {
        (Func<StoppingMoment, StoppingVerdict?> left, Func<StoppingMoment, StoppingVerdict?> right) = (Left.Begin(), Right.Begin());
        return moment =>
        {
            // Both are asked each time: a rule may count.
            (StoppingVerdict? a, StoppingVerdict? b) = (left(moment), right(moment));
            return a is null || b is null ? null : new StoppingVerdict(Common(a.Reason, b.Reason), $"{a.Clause}, and {b.Clause}");
        };
    }

    /// <summary>Something that was asked for counts more than a limit.</summary>
    private static StopReason Common(StopReason a, StopReason b) =>
        a == b ? a : LbfgsResult.Succeeds(a) || LbfgsResult.Succeeds(b) ? StopReason.RulesMet : a;
}

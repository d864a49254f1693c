namespace TfLbfgs.Optimization;

/// <summary>One of two rules.</summary>
internal sealed record EitherRule(StoppingRule Left, StoppingRule Right) : StoppingRule
{
    public override string ToString() => $"({Left} or {Right})";

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin()
    {
        (Func<StoppingMoment, StoppingVerdict?> left, Func<StoppingMoment, StoppingVerdict?> right) = (Left.Begin(), Right.Begin());
        return moment =>
        {
            // Both are asked each time: a rule may count.
            (StoppingVerdict? a, StoppingVerdict? b) = (left(moment), right(moment));
            return a ?? b;
        };
    }
}

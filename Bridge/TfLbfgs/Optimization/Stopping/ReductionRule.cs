using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>The fall of the loss in an accepted iteration, relative to the losses, which count as 1 where they are smaller.</summary>
internal sealed record ReductionRule(double Tolerance) : StoppingRule
{
    public override string ToString() => Invariant($"f - f' <= {Tolerance:G4} max(|f|, |f'|, 1)");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin()
    {
        double? before = null;
        StoppingVerdict? last = null;
        return moment =>
        {
            if (moment.IsNew)
            {
                last = before is { } former ? Judge(former, moment.Progress.Loss) : null;
                before = moment.Progress.Loss;
            }

            return last;
        };
    }

    private StoppingVerdict? Judge(double before, double loss)
    {
        double limit = Tolerance * Math.Max(Math.Max(Math.Abs(before), Math.Abs(loss)), 1);
        // A rise that the search allows for once is no end.
        return Math.Abs(before - loss) <= limit
            ? new StoppingVerdict(StopReason.LossTolerance, Invariant($"the loss fell by {before - loss:G4} <= {limit:G4} in an iteration"))
            : null;
    }
}

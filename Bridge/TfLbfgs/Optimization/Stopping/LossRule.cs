using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>The change of the loss over a window of accepted iterations.</summary>
internal sealed record LossRule(double Tolerance, bool IsRelative, int Window) : StoppingRule
{
    public override string ToString() =>
        Invariant($"|df| <= {Tolerance:G4}{(IsRelative ? " |f|" : "")}{(Window == 1 ? "" : Invariant($" in {Window} iterations"))}");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin()
    {
        Queue<double> losses = new();
        StoppingVerdict? last = null;
        return moment =>
        {
            if (moment.IsNew)
                last = Next(losses, moment.Progress.Loss);
            return last;
        };
    }

    private StoppingVerdict? Next(Queue<double> losses, double loss)
    {
        losses.Enqueue(loss);
        if (losses.Count <= Window)
            return null;
        double before = losses.Dequeue();
        double change = Math.Abs(loss - before);
        if (!(change <= (IsRelative ? Tolerance * Math.Abs(before) : Tolerance)))
            return null;
        string iterations = Window == 1 ? "an iteration" : Invariant($"{Window} iterations");
        string limit = IsRelative ? Invariant($"{Tolerance:G4} |{before:G6}|") : Invariant($"{Tolerance:G4}");
        return new StoppingVerdict(StopReason.LossTolerance, Invariant($"the loss changed by {change:G4} <= {limit} in {iterations}"));
    }
}

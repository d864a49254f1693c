using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>Iterations in a row without an improvement of the loss.</summary>
internal sealed record PatienceRule(int Count, double MinimumImprovement) : StoppingRule
{
    public override string ToString() => Invariant($"{Count} iterations without improvement");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin()
    {
        Patience patience = new();
        return moment =>
        {
            if (moment.IsNew)
                patience.Add(moment.Progress.Loss, MinimumImprovement);
            return patience.Waited >= Count
                ? new StoppingVerdict(StopReason.NoImprovement,
                    Invariant(
                    $"{patience.Waited} iterations in a row did not bring the loss more than {MinimumImprovement:G4} below {patience.Best:G6}"))
                : null;
        };
    }
}

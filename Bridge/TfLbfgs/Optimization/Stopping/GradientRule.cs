using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>max |g_i| against a tolerance, or against a part of what it was at the start.</summary>
internal sealed record GradientRule(double Absolute, double Relative) : StoppingRule
{
    public override string ToString() =>
        Relative > 0 ? Invariant($"max |g| <= {Relative:G4} of that at the start") : Invariant($"max |g| <= {Absolute:G4}");

    protected internal override Func<StoppingMoment, StoppingVerdict?> Begin()
    {
        double atStart = double.NaN;
        return moment =>
        {
            double gradient = moment.Progress.GradientNorm;
            if (double.IsNaN(atStart))
                atStart = gradient;
            double limit = Relative > 0 ? Relative * atStart : Absolute;
            if (!(gradient <= limit))
                return null;
            string start = moment.Progress.Iteration == 0
                ? "; the start itself meets the tolerance: if it is no minimum, start elsewhere, scale the loss or lower the tolerance"
                : "";
            return new StoppingVerdict(StopReason.Converged, Relative > 0
                ? Invariant($"max |g| = {gradient:G4} <= {Relative:G4} of {atStart:G4}")
                : Invariant($"max |g| = {gradient:G4} <= {limit:G4}{start}"));
        };
    }
}

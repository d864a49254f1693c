using TfLbfgs.Tensors;
using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// Finds out which variables make a line search fail. Where a trial was not finite: those whose gradient is not. Else one trial near the
/// start compares the change of the loss with the one that the slopes
/// predict; where they disagree, the variables with the largest parts of the slope are moved one at a time, and those are named for which
/// they disagree too.
/// </summary>
/// <param name="meter">Measures by variables.</param>
/// <param name="evaluate">Evaluates at a point plus a step along a direction, and counts it; null: a limit forbids it. The trial is the
/// receiver's.</param>
/// <param name="noise">The absolute error of the loss.</param>
internal sealed class SearchDiagnosis(VariableMeter meter, Func<Tensor, double, Trial?> evaluate, double noise)
{
    private const int MostProbes = 4;
    private const int MostNames = 3;

    /// <summary>Where a variable has less of the slope than this part, it is not moved alone.</summary>
    private const double LeastShare = 0.01;

    /// <summary>Looks into a failed search.</summary>
    /// <param name="iteration">The iteration that was searched for.</param>
    /// <param name="point">Where it started.</param>
    /// <param name="direction">Its direction.</param>
    /// <param name="slope">The slope along it.</param>
    /// <param name="wall">The smallest step whose result was not finite; infinite: none.</param>
    /// <returns>What was found; null when a limit forbids to look.</returns>
    public LbfgsSearchFailure? Explain(int iteration, Trial point, Tensor direction, double slope, double wall)
    {
        double step = double.IsFinite(wall) ? wall : ProbeStep(point.Value, slope);
        using Trial? trial = evaluate(direction, step);
        if (trial is null)
            return null;
        IReadOnlyList<VariableShare> shares = meter.Shares(point.Gradient, direction, trial.Gradient);
        double actual = trial.Value - point.Value;
        double predicted = step * (slope + trial.Slope) / 2;
        string message;
        if (shares.Any(share => share.NotFinite > 0))
            message = Invariant($"At step {step:G3} {NotFinite(shares)}.");
        else if (!trial.IsFinite)
            message = Invariant($"At step {step:G3} the loss is {trial.Value}, though every component of the gradient is finite.");
        else if (Agrees(predicted, actual))
            message =
                Invariant(
                $"Near the start of the last search the gradient agrees with the loss; the largest parts of the slope are those of {Largest(shares, slope)}.");
        else
            message = Disagreement(shares = Probe(shares, point, direction, step), predicted, actual, slope);
        return new LbfgsSearchFailure(iteration, step, predicted, actual, message) { Variables = shares };
    }

    /// <summary>The variables whose gradient is not finite, as a clause.</summary>
    public static string NotFinite(IReadOnlyList<VariableShare> shares)
    {
        VariableShare[] bad = [.. shares.Where(share => share.NotFinite > 0)];
        string names =
            string.Join(", ",
            bad.Take(MostNames).Select(share => Invariant($"{share.Name} ({share.NotFinite:N0} of {share.Size:N0} components)")));
        return bad.Length > MostNames
            ? Invariant($"the gradients of {names} and {bad.Length - MostNames} more are not finite")
            : $"the gradient{(bad.Length > 1 ? "s" : "")} of {names} {(bad.Length > 1 ? "are" : "is")} not finite";
    }

    /// <summary>A step whose change of the loss lies as far above the noise as it lies below the loss.</summary>
    private double ProbeStep(double value, double slope) => Math.Sqrt(noise * Math.Max(Math.Abs(value), 4 * noise)) * 16 / Math.Abs(slope);

    /// <summary>The trapezoid of the slopes knows the curvature; a tenth is left for what bends more, and for the noise.</summary>
    private bool Agrees(double predicted, double actual) => Math.Abs(actual - predicted) <= 0.1 * Math.Abs(predicted) + 4 * noise;

    private VariableShare[] Probe(IReadOnlyList<VariableShare> shares, Trial point, Tensor direction, double step)
    {
        double whole = shares.Sum(share => Math.Abs(share.Slope));
        VariableShare[] probed = [.. shares];
        int[] largest =
            [.. Enumerable.Range(0, probed.Length).Where(i => Math.Abs(probed[i].Slope) >= LeastShare * whole)
            .OrderByDescending(i => Math.Abs(probed[i].Slope)).Take(MostProbes)];
        if (probed.Length == 1)
            return probed;
        foreach (int i in largest)
        {
            using TensorScope scope = new();
            // A longer step where the variable has a small part of the slope, so that its change stands out of the noise as much.
            double own = step * Math.Min(whole / Math.Abs(probed[i].Slope), 1 / LeastShare);
            using Trial? trial = evaluate(Only(direction, i), own);
            if (trial is null)
                break;
            probed[i] = probed[i] with
            {
                PredictedChange = own * (probed[i].Slope + trial.Slope) / 2,
                ActualChange = trial.Value - point.Value
            };
        }

        return probed;
    }

    /// <summary>The direction in one variable, zero in the others.</summary>
    private Tensor Only(Tensor direction, int variable)
    {
        (long offset, long size) = (meter.Layout.Slots[variable].Offset, meter.Layout.Slots[variable].Size);
        Tensor part = RawOps.Slice(direction, Tensor.From([offset]), Tensor.From([size]));
        return RawOps.Pad(part, Tensor.From([offset, meter.Layout.Count - offset - size], [1, 2]));
    }

    private string Disagreement(IReadOnlyList<VariableShare> shares, double predicted, double actual, double slope)
    {
        string whole =
            Invariant($"along the direction the gradient predicts a change of the loss by {predicted:G3}, and it changes by {actual:G3}");
        VariableShare[] wrong = [.. shares.Where(share => share.PredictedChange is { } p && !Agrees(p, share.ActualChange!.Value))];
        if (wrong.Length == 0)
            return Invariant(
                $"The gradient disagrees with the loss: {whole}; the largest parts of the slope are those of {Largest(shares, slope)}.");
        string names =
            string.Join(", ",
            wrong.Select(share =>
            Invariant($"{share.Name} (moved alone: predicted {share.PredictedChange:G3}, actual {share.ActualChange:G3})")));
        return Invariant($"The gradient of {names} disagrees with the loss: {whole}.");
    }

    private static string Largest(IReadOnlyList<VariableShare> shares, double slope)
    {
        VariableShare[] sorted = [.. shares.Where(share => share.Slope != 0).OrderByDescending(share => Math.Abs(share.Slope)).Take(2)];
        return string.Join(" and ", sorted.Select(share => Invariant($"{share.Name} ({100 * share.Slope / slope:F0} %)")));
    }
}

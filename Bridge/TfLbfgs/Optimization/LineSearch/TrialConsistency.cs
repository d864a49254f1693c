namespace TfLbfgs.Optimization;

/// <summary>What the trials of one search say of the loss itself: how far its values contradict its slopes. Scalars only.</summary>
/// <param name="start">Loss and slope at step 0.</param>
/// <param name="epsilon">The relative rounding of the loss.</param>
internal sealed class TrialConsistency(LinePoint start, double epsilon)
{
    private const double ClearInRoundings = 100;

    /// <summary>The slope counts as unchanged within this part of it.</summary>
    private const double Unchanged = 0.1;

    private readonly LinePoint _start = start;
    private LinePoint _former = start;

    /// <summary>
    /// The largest error of the loss that two trials in a row prove: where slopes change from one value to another, the loss changes by the
    /// step times a value between them. What goes beyond is no change of slope.
    /// 0 where nothing contradicts.
    /// </summary>
    public double Noise { get; private set; }

    /// <summary>
    /// The last trial from which the loss rises, clearly, although the slope is negative there as at the start; null: none.
    /// </summary>
    public LinePoint? Rising { get; private set; }

    /// <summary>What the gradient promises at <see cref="Rising"/>, over what happens: -1 for a gradient of the wrong sign.</summary>
    public double PromiseRatio => Rising is { } point ? point.Step * _start.Slope / (point.Value - _start.Value) : double.NaN;

    /// <summary>
    /// What <see cref="Rising"/> says against the gradient, in a sentence after a blank, for a search along -g; empty: nothing.
    /// </summary>
    public string Contradiction()
    {
        if (Rising is not { } point)
            return "";
        string verdict = Math.Abs(PromiseRatio + 1) < Unchanged
            ? "the gradient has the wrong sign" : "this is not the gradient of this loss";
        return FormattableString.Invariant(
            $" Along -g the loss rises by {point.Value - _start.Value:G4} where the gradient promises a fall by {-point.Step * _start.Slope:G4}: {verdict}.");
    }

    /// <summary>Takes a trial into account.</summary>
    public void Add(LinePoint point)
    {
        if (!point.IsFinite)
            return;
        Noise = Math.Max(Noise, IterationRules<HostScalar, HostTruth>.ProvenError(_former.ToZoom(), point.ToZoom(), epsilon));
        double rounding = RuleConstants.RoundingInUlps * epsilon * Math.Max(Math.Abs(point.Value), Math.Abs(_former.Value));
        if (Math.Abs(point.Slope - _start.Slope) <= -Unchanged * _start.Slope && point.Value - _start.Value > ClearInRoundings * rounding)
            Rising = point;
        _former = point;
    }
}

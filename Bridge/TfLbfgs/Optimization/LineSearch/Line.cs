namespace TfLbfgs.Optimization;

/// <summary>
/// One line search in progress: what is known of the loss along the direction, the conditions that a step must meet, and the verdict.
/// </summary>
public sealed class Line
{
    /// <summary>The default of c1.</summary>
    internal const double DefaultSufficientDecrease = 1e-4;

    /// <summary>The default of c2.</summary>
    internal const double DefaultCurvature = 0.9;

    /// <summary>The default of the most trials.</summary>
    internal const int DefaultMaxTrials = 30;

    /// <summary>Opens a search.</summary>
    /// <param name="start">Loss and slope at step 0; the slope is negative.</param>
    /// <param name="firstStep">The step that is likely to be right, positive: 1 for most quasi-Newton directions.</param>
    /// <param name="noise">The absolute error of the loss, at least 0.</param>
    /// <param name="sufficientDecrease">c1, see <see cref="SufficientDecrease"/>.</param>
    /// <param name="curvature">c2, see <see cref="Curvature"/>.</param>
    /// <param name="maxTrials">The most trials, at least 1.</param>
    /// <param name="rise">See <see cref="Rise"/>, at least 0.</param>
    public Line(
        LinePoint start,
        double firstStep,
        double noise = 0,
        double sufficientDecrease = DefaultSufficientDecrease,
        double curvature = DefaultCurvature,
        int maxTrials = DefaultMaxTrials,
        double rise = 0)
    {
        Start = start;
        FirstStep = firstStep;
        Noise = noise;
        SufficientDecrease = sufficientDecrease;
        Curvature = curvature;
        MaxTrials = maxTrials;
        Rise = rise;
    }

    /// <summary>Loss and slope at step 0.</summary>
    public LinePoint Start { get; }

    /// <summary>The step that is likely to be right. It may have been evaluated already, so a search should try it first.</summary>
    public double FirstStep { get; }

    /// <summary>The absolute error of the loss: changes below it mean nothing.</summary>
    public double Noise { get; }

    /// <summary>c1, <see cref="RunOptions.SufficientDecrease"/>.</summary>
    public double SufficientDecrease { get; }

    /// <summary>c2, <see cref="RunOptions.Curvature"/>.</summary>
    public double Curvature { get; }

    /// <summary>The most trials, <see cref="RunOptions.MaxLineSearchTrials"/>.</summary>
    public int MaxTrials { get; }

    /// <summary>
    /// How far a step may end above the loss at the start, by <see cref="AlgorithmOptions.AllowedRise"/>; for searches that use it, such as
    /// <see cref="CubicZoom"/>.
    /// </summary>
    public double Rise { get; }

    /// <summary>Trials so far.</summary>
    public int Trials { get; private set; }

    /// <summary>Whether no further trial is allowed.</summary>
    public bool IsUsedUp => Trials >= MaxTrials;

    /// <summary>What the last trial found.</summary>
    public LinePoint Last { get; private set; }

    /// <summary>
    /// The largest change of a component of the position at the last trial, max |x_i - start_i|; NaN where it is not known.
    /// </summary>
    public double Moved { get; private set; } = double.NaN;

    /// <summary>The finite trial with the lowest loss, the first one among equals; null before there is one.</summary>
    public LinePoint? Lowest { get; private set; }

    /// <summary>The step that was accepted; null: none yet.</summary>
    public double? AcceptedStep { get; private set; }

    /// <summary>Why the search gave up; null: it did not, or did not say.</summary>
    public LineSearchFailure? Failure { get; private set; }

    /// <summary>The last bracket of a failed search: the end with the lower loss, and the other one; null where it had none.</summary>
    public (LinePoint Low, LinePoint High)? Bracket { get; private set; }

    /// <summary>The conditions, as the rules take them.</summary>
    internal WolfeConditions<HostScalar> Conditions => new(Start.ToZoom(), SufficientDecrease, Curvature, Noise, Rise);

    /// <summary>Whether a point lies above the line of sufficient decrease, f(a) > f(0) + c1 a f'(0).</summary>
    /// <param name="point">The point.</param>
    /// <returns>True when the Armijo condition does not hold.</returns>
    public bool IsTooHigh(LinePoint point) => ZoomRules<HostScalar, HostTruth>.IsTooHigh(point.ToZoom(), Conditions);

    /// <summary>
    /// Whether a point meets the strong Wolfe conditions, or within <see cref="Noise"/> the approximate ones of Hager and Zhang 2005, where
    /// the difference of the losses is rounding and only the slopes can tell.
    /// </summary>
    /// <param name="point">The point.</param>
    /// <returns>True when it may be accepted.</returns>
    public bool MeetsWolfe(LinePoint point) => ZoomRules<HostScalar, HostTruth>.MeetsWolfe(point.ToZoom(), Conditions);

    /// <summary>Takes what a trial found; called by the driver, after each step that it yields.</summary>
    /// <param name="point">The trial.</param>
    /// <param name="moved">The largest change of a component of the position; NaN (default): not known.</param>
    public void Tell(LinePoint point, double moved = double.NaN)
    {
        Trials++;
        (Last, Moved) = (point, moved);
        if (point.IsFinite && !(point.Value >= Lowest?.Value))
            Lowest = point;
    }

    /// <summary>Accepts the last trial. The search ends with it.</summary>
    public void Accept() => AcceptedStep = Last.Step;

    /// <summary>
    /// Accepts an earlier trial. The search ends with it. Unless it was the last or the lowest one, it is evaluated once more.
    /// </summary>
    /// <param name="step">Its step.</param>
    public void Accept(double step) => AcceptedStep = step;

    /// <summary>Gives up: no step meets the conditions. The search ends with it.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="low">The end of the last bracket with the lower loss; null: there is no bracket.</param>
    /// <param name="high">The other end.</param>
    public void Fail(LineSearchFailure reason, LinePoint? low = null, LinePoint? high = null)
    {
        Failure = reason;
        Bracket = low is { } a && high is { } b ? (a, b) : null;
    }
}

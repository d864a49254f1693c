namespace TfLbfgs.Optimization;

/// <summary>
/// Shortens the first step until the loss decreases sufficiently, f(a) &lt;= f(0) + c1 a f'(0) (Armijo 1966), by the minimizer of the cubic
/// through both points and their slopes, or of the quadratic where the cubic has none;
/// or takes a point inside the noise of the loss by the approximate Wolfe conditions. It never goes beyond the first step and asks nothing
/// of the slope: where the curvature is not positive the pair is not learnt, which the
/// run survives. One evaluation per iteration wherever the unit step decreases the loss.
/// </summary>
public sealed record BacktrackingArmijo : LineSearch
{
    /// <summary>A step becomes at least this part of the one before, more than 0; default 0.1.</summary>
    public double SmallestPart { get; init; } = 0.1;

    /// <summary>
    /// A step becomes at most this part of the one before, at least <see cref="SmallestPart"/> and less than 1; default 0.5. Equal parts:
    /// no interpolation.
    /// </summary>
    public double LargestPart { get; init; } = 0.5;

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        Require(SmallestPart > 0 && SmallestPart < 1, nameof(SmallestPart), "a value between 0 and 1", SmallestPart);
        Require(LargestPart >= SmallestPart && LargestPart < 1, nameof(LargestPart), "at least SmallestPart, and less than 1", LargestPart);
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line)
    {
        LineWalk walk = new(line, point => !line.IsTooHigh(point) || line.MeetsWolfe(point));
        LinePoint? high = null;
        double next = line.FirstStep;
        while (true)
        {
            foreach (double step in walk.To(next, line.Start, high))
                yield return step;
            if (walk.IsOver)
                yield break;
            LinePoint trial = line.Last;
            high = trial;
            double? minimizer = LinePoint.CubicMinimizer(line.Start, trial) ?? Quadratic(line.Start, trial);
            next = Math.Clamp(minimizer ?? LargestPart * trial.Step, SmallestPart * trial.Step, LargestPart * trial.Step);
        }
    }

    /// <summary>The minimizer of the parabola through two values and the first slope; null when it has none.</summary>
    private static double? Quadratic(LinePoint start, LinePoint trial)
    {
        double curvature = trial.Value - start.Value - trial.Step * start.Slope;
        return curvature > 0 && double.IsFinite(curvature) ? -start.Slope * trial.Step * trial.Step / (2 * curvature) : null;
    }
}

namespace TfLbfgs.Optimization;

/// <summary>
/// The line search of Moré and Thuente 1994, which MINPACK-2, L-BFGS-B and liblbfgs use: an interval that holds a minimizer is narrowed by
/// safeguarded cubic, quadratic and secant steps; its first stage works on
/// psi(a) = f(a) - f(0) - c1 a f'(0), so that it ends at a point of sufficient decrease. Accepts by the strong Wolfe conditions, or the
/// approximate ones inside the noise of the loss (<see cref="Line.MeetsWolfe"/>).
/// Python: the search inside <c>scipy.optimize.minimize(method="L-BFGS-B")</c>.
/// </summary>
public sealed record MoreThuente : LineSearch
{
    private const double SmallestGrowth = 1.1;

    /// <summary>The part of its width two rounds before to which a bracket must shrink, else it is halved.</summary>
    internal const double RequiredShrinkage = 0.66;

    /// <summary>While there is no bracket, a step grows by at most this many times the last move, more than 1.1; default 4.</summary>
    public double Growth { get; init; } = 4;

    /// <inheritdoc/>
    protected internal override void Validate() =>
        Require(Growth > SmallestGrowth && double.IsFinite(Growth), nameof(Growth), "a number above 1.1", Growth);

    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line)
    {
        LineWalk walk = new(line, line.MeetsWolfe);
        double required = line.SufficientDecrease * line.Start.Slope;
        LinePoint low = line.Start;
        LinePoint? high = null;
        bool isFirstStage = true;
        double width = double.PositiveInfinity;
        double formerWidth = double.PositiveInfinity;
        double step = line.FirstStep;
        while (true)
        {
            foreach (double trialStep in walk.To(step, low, high))
                yield return trialStep;
            if (walk.IsOver)
                yield break;
            LinePoint trial = line.Last;
            bool isTooHigh = line.IsTooHigh(trial);
            isFirstStage &= isTooHigh || trial.Slope < 0;

            // Tilted by the required decrease, psi has a minimizer in the interval before f is known to have one.
            double tilt = isFirstStage && isTooHigh && trial.Value <= low.Value ? required : 0;
            LinePoint a = Tilted(low, tilt);
            LinePoint t = Tilted(trial, tilt);
            LinePoint? b = high is { } other ? Tilted(other, tilt) : null;
            bool isBracketed = high is not null || t.Value > a.Value || Opposite(a, t);
            if (!isBracketed && !isTooHigh && walk.AcceptAtEnd())
                yield break;
            double move = t.Step - a.Step;
            step = Next(a, b, t, t.Step + SmallestGrowth * move, t.Step + Growth * move);
            if (t.Value > a.Value)
                high = trial;
            else
                (low, high) = (trial, Opposite(a, t) ? low : high);
            if (high is not { } end)
            {
                step = walk.Expand(step);
                continue;
            }

            // Bisects where two rounds did not shrink the interval enough, or the step would leave it.
            (double former, formerWidth, width) = (formerWidth, width, Math.Abs(end.Step - low.Step));
            if (width >= RequiredShrinkage * former || !(step > Math.Min(low.Step, end.Step) && step < Math.Max(low.Step, end.Step)))
                step = low.Step + (end.Step - low.Step) / 2;
        }
    }

    /// <summary>A point of psi, which falls short of f by the slope.</summary>
    internal static LinePoint Tilted(LinePoint point, double slope) =>
        point with { Value = point.Value - point.Step * slope, Slope = point.Slope - slope };

    /// <summary>Whether the slopes at two points have opposite signs, so that a minimizer lies between them.</summary>
    internal static bool Opposite(LinePoint a, LinePoint b) => Math.Sign(a.Slope) * b.Slope < 0;

    /// <summary>Where the line through the slopes of two points is zero.</summary>
    private static double Secant(LinePoint a, LinePoint b) => b.Step + b.Slope / (b.Slope - a.Slope) * (a.Step - b.Step);

    private static double Closer(double from, double a, double b) => Math.Abs(a - from) < Math.Abs(b - from) ? a : b;

    private static double Farther(double from, double a, double b) => Math.Abs(a - from) > Math.Abs(b - from) ? a : b;

    /// <summary>The next step (section 4 of the paper).</summary>
    /// <param name="a">The best point so far.</param>
    /// <param name="b">The other end of the interval; null: there is none yet.</param>
    /// <param name="t">The last trial.</param>
    /// <param name="least">Without an interval, the shortest step.</param>
    /// <param name="most">Without an interval, the longest step.</param>
    internal static double Next(LinePoint a, LinePoint? b, LinePoint t, double least, double most)
    {
        double move = t.Step - a.Step;
        double? cubic = LinePoint.CubicMinimizer(a, t);
        if (t.Value > a.Value)
        {
            // Case 1: higher. The cubic step where it is the closer one to a, else the middle of both.
            double quadratic = a.Step + a.Slope / ((a.Value - t.Value) / move + a.Slope) / 2 * move;
            double c = cubic ?? quadratic;
            return Math.Abs(c - a.Step) < Math.Abs(quadratic - a.Step) ? c : c + (quadratic - c) / 2;
        }

        // Case 2: lower, and beyond a minimizer.
        if (Opposite(a, t))
            return Farther(t.Step, cubic ?? t.Step, Secant(a, t));
        double limit = b?.Step ?? most;
        if (Math.Abs(t.Slope) < Math.Abs(a.Slope))
        {
            // Case 3: lower, and flatter. The cubic counts only where its minimizer lies ahead.
            double secant = Secant(a, t);
            double ahead = cubic is { } c && (c - t.Step) * move > 0 ? c : limit;
            if (b is not { } end)
                return Math.Clamp(Farther(t.Step, ahead, secant), least, most);
            double farthest = t.Step + RequiredShrinkage * (end.Step - t.Step);
            double next = Closer(t.Step, ahead, secant);
            return t.Step > a.Step ? Math.Min(next, farthest) : Math.Max(next, farthest);
        }

        // Case 4: lower, and at least as steep.
        return b is { } far ? LinePoint.CubicMinimizer(t, far) ?? (t.Step + far.Step) / 2 : limit;
    }
}

namespace TfLbfgs.Optimization;

/// <summary>
/// Strong Wolfe line search by bracketing and cubic zoom (Nocedal and Wright 2006, Alg. 3.5 and 3.6), with the approximate Wolfe conditions of Hager and Zhang 2005 inside the noise of the loss,
/// and a wall at the smallest step whose result is not finite. The default.
/// </summary>
public sealed record CubicZoom : LineSearch
{
    private const double MaxStep = 1e10;
    private const double Growth = 4;
    private const double ShrinkFromNonFinite = 0.1;
    private const double SmallestBracket = 1e-14;

    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line)
    {
        LinePoint low = line.Start;
        LinePoint? high = null;
        double wall = double.PositiveInfinity;
        double step = line.FirstStep;
        while (true)
        {
            yield return step;
            LinePoint trial = line.Last;
            if (!trial.IsFinite)
            {
                // Before there is a bracket the step goes back towards the low end; within one the loss has a hole, and nothing is known of where it ends.
                wall = Math.Min(wall, step);
                step = low.Step + ShrinkFromNonFinite * (step - low.Step);
                if (high is null && !line.IsUsedUp)
                    continue;
                line.Fail(LineSearchFailure.NotFinite, low, high);
                yield break;
            }

            if (line.MeetsWolfe(trial))
            {
                line.Accept();
                yield break;
            }

            if (high is null)
            {
                if (line.IsTooHigh(trial) || (low.Step > 0 && trial.Value >= low.Value))
                {
                    high = trial;
                }
                else if (trial.Slope >= 0)
                {
                    high = low;
                    low = trial;
                }
                else
                {
                    // Still descending: the step may grow, but not over the wall.
                    if (trial.Step >= MaxStep || trial.Step >= 0.99 * wall)
                    {
                        line.Accept();
                        yield break;
                    }

                    step = Extrapolate(low, trial, wall);
                    low = trial;
                    if (!line.IsUsedUp)
                        continue;
                    line.Fail(LineSearchFailure.NoBracket);
                    yield break;
                }
            }
            else if (line.IsTooHigh(trial) || trial.Value >= low.Value)
            {
                high = trial;
            }
            else
            {
                if (trial.Slope * (high.Value.Step - low.Step) >= 0)
                    high = low;
                low = trial;
            }

            double width = Math.Abs(high.Value.Step - low.Step);
            bool isNarrow = width <= SmallestBracket * Math.Max(Math.Abs(high.Value.Step), Math.Abs(low.Step));
            if (line.IsUsedUp || isNarrow)
            {
                line.Fail(isNarrow ? LineSearchFailure.NoWidth : LineSearchFailure.Limit, low, high);
                yield break;
            }

            step = Interpolate(low, high.Value);
        }
    }

    private static double Extrapolate(LinePoint low, LinePoint trial, double wall)
    {
        double width = trial.Step - low.Step;
        double? cubic = LinePoint.CubicMinimizer(low, trial);
        double next = cubic is not { } c || c < trial.Step
            ? trial.Step + Growth * width
            : Math.Clamp(c, trial.Step + 1.1 * width, trial.Step + Growth * width);
        return next >= wall ? (trial.Step + wall) / 2 : next;
    }

    private static double Interpolate(LinePoint low, LinePoint high)
    {
        double left = Math.Min(low.Step, high.Step);
        double width = Math.Abs(high.Step - low.Step);
        return LinePoint.CubicMinimizer(low, high) is { } cubic
            ? Math.Clamp(cubic, left + 0.1 * width, left + 0.9 * width)
            : left + 0.5 * width;
    }
}

namespace TfLbfgs.Optimization;

/// <summary>
/// The line search of MINPACK-2 (<c>dcsrch</c>) step by step, as SciPy's L-BFGS-B calls it: Moré and Thuente 1994 with a first step of
/// 1/|g|_2 at the start and 1 afterwards, without a band for the noise of the loss, and with an end where the bracket is relatively
/// small: the best point is accepted then, although it does not meet the curvature condition. For
/// <see cref="LbfgsOptions.SciPyCompatible"/>; <see cref="MoreThuente"/> is the search to choose otherwise. Where a result is not finite
/// it goes back to a tenth of the way, which MINPACK-2 does not. Python: the search inside
/// <c>scipy.optimize.minimize(method="L-BFGS-B")</c>.
/// </summary>
public sealed record Minpack2Search : LineSearch
{
    private const double LeastGrowth = 1.1;
    private const double MostGrowth = 4;
    private const double LongestStep = 1e10;
    private const double ShrinkFromNonFinite = 0.1;

    /// <summary>
    /// The search ends where the bracket is at most this part of its upper end, from 0 to below 1; default 0.1, as in L-BFGS-B. Python:
    /// <c>xtol</c>.
    /// </summary>
    public double BracketTolerance { get; init; } = 0.1;

    /// <inheritdoc/>
    protected internal override void Validate() =>
        Require(BracketTolerance is >= 0 and < 1, nameof(BracketTolerance), "a number from 0 to below 1", BracketTolerance);

    /// <inheritdoc/>
    protected internal override double FirstStep(double proposed) => 1;

    /// <inheritdoc/>
    protected internal override double FirstSteepestStep(GradientSize gradient, double proposed)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return gradient.IsStart ? Math.Min(1 / gradient.Length, LongestStep) : 1;
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line)
    {
        LinePoint best = line.Start;
        LinePoint? other = null;
        double required = line.SufficientDecrease * line.Start.Slope;
        double step = line.FirstStep;
        (double least, double most) = (0, step + (MostGrowth * step));
        double width = LongestStep, formerWidth = 2 * LongestStep;
        bool isFirstStage = true;
        while (true)
        {
            if (line.IsUsedUp)
            {
                line.Fail(LineSearchFailure.Limit, best, other);
                yield break;
            }

            yield return step;
            LinePoint trial = line.Last;
            if (!trial.IsFinite)
            {
                step = best.Step + (ShrinkFromNonFinite * (step - best.Step));
                continue;
            }

            double limit = line.Start.Value + (step * required);
            isFirstStage &= !(trial.Value <= limit && trial.Slope >= 0);
            bool isExhausted = (other is not null && (step <= least || step >= most || most - least <= BracketTolerance * most))
                || (step == LongestStep && trial.Value <= limit && trial.Slope <= required);
            if (isExhausted || (trial.Value <= limit && Math.Abs(trial.Slope) <= -line.Curvature * line.Start.Slope))
            {
                line.Accept();
                yield break;
            }

            // Tilted by the required decrease, psi has a minimizer in the interval before f is known to have one.
            double tilt = isFirstStage && trial.Value <= best.Value && trial.Value > limit ? required : 0;
            (LinePoint a, LinePoint t) = (MoreThuente.Tilted(best, tilt), MoreThuente.Tilted(trial, tilt));
            step = MoreThuente.Next(a, other is { } end ? MoreThuente.Tilted(end, tilt) : null, t, least, most);
            if (t.Value > a.Value)
                other = trial;
            else
                (best, other) = (trial, MoreThuente.Opposite(a, t) ? best : other);
            if (other is not { } far)
            {
                (least, most) = (step + (LeastGrowth * (step - best.Step)), step + (MostGrowth * (step - best.Step)));
                step = Math.Clamp(step, 0, LongestStep);
                continue;
            }

            if (Math.Abs(far.Step - best.Step) >= MoreThuente.RequiredShrinkage * formerWidth)
                step = best.Step + ((far.Step - best.Step) / 2);
            (formerWidth, width) = (width, Math.Abs(far.Step - best.Step));
            (least, most) = (Math.Min(best.Step, far.Step), Math.Max(best.Step, far.Step));
            if (step <= least || step >= most || most - least <= BracketTolerance * most)
                step = best.Step;
            if (step == 0)
            {
                line.Fail(LineSearchFailure.NoWidth, best, far);
                yield break;
            }

            // The best point was evaluated last: it need not be again.
            if (step == line.Last.Step)
            {
                line.Accept();
                yield break;
            }
        }
    }
}

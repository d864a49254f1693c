namespace TfLbfgs.Optimization;

/// <summary>
/// Strong Wolfe line search by bracketing and cubic zoom (Nocedal and Wright 2006, Alg. 3.5 and 3.6), with the approximate Wolfe conditions of Hager and Zhang 2005 inside the noise of the loss,
/// and a wall at the smallest step whose result is not finite.
/// </summary>
internal sealed class CubicZoom(double sufficientDecrease, double curvature, int maxTrials) : ILineSearch
{
    private const double MaxStep = 1e10;
    private const double Growth = 4;
    private const double ShrinkFromNonFinite = 0.1;
    private const double SmallestBracket = 1e-14;

    /// <inheritdoc/>
    public LineSearchResult Search(LinePoint start, double firstStep, double noise, Func<double, Trial?> evaluate)
    {
        Run run = new(this, start, noise, evaluate);
        try
        {
            return run.Search(firstStep);
        }
        catch
        {
            run.Abandon();
            throw;
        }
    }

    private sealed class Run(CubicZoom options, LinePoint start, double noise, Func<double, Trial?> evaluate)
    {
        private Trial? _best;
        private Trial? _current;
        private LinePoint _low;
        private LinePoint? _high;
        private double _wall = double.PositiveInfinity;
        private int _trials;
        private bool _interrupted;

        public LineSearchResult Search(double firstStep)
        {
            _low = start;
            if (!TryFinite(firstStep, mayShrink: true))
                return Failed();
            while (true)
            {
                Trial trial = _current!;
                if (IsAccepted(trial))
                    return Accepted();
                double next;
                if (_high is null)
                {
                    if (TooHigh(trial) || (_low.Step > 0 && trial.Value >= _low.Value))
                    {
                        _high = LinePoint.Of(trial);
                    }
                    else if (trial.Slope >= 0)
                    {
                        _high = _low;
                        _low = LinePoint.Of(trial);
                    }
                    else
                    {
                        // Still descending: the step may grow, but not over the wall.
                        if (trial.Step >= MaxStep || trial.Step >= 0.99 * _wall)
                            return Accepted();
                        next = Extrapolate(trial);
                        _low = LinePoint.Of(trial);
                        if (!TryFinite(next, mayShrink: true))
                            return Failed();
                        continue;
                    }
                }
                else if (TooHigh(trial) || trial.Value >= _low.Value)
                {
                    _high = LinePoint.Of(trial);
                }
                else
                {
                    if (trial.Slope * (_high.Value.Step - _low.Step) >= 0)
                        _high = _low;
                    _low = LinePoint.Of(trial);
                }

                LinePoint high = _high.Value;
                double width = Math.Abs(high.Step - _low.Step);
                if (_trials >= options.MaxTrials || width <= SmallestBracket * Math.Max(Math.Abs(high.Step), Math.Abs(_low.Step)))
                    return Failed();
                if (!TryFinite(Interpolate(high), mayShrink: false))
                    return Failed();
            }
        }

        /// <summary>Frees the trials after an exception.</summary>
        public void Abandon()
        {
            _current?.Dispose();
            _best?.Dispose();
        }

        private bool TooHigh(Trial trial) => trial.Value > start.Value + options.SufficientDecrease * trial.Step * start.Slope;

        private bool IsAccepted(Trial trial)
        {
            if (!TooHigh(trial) && Math.Abs(trial.Slope) <= -options.Curvature * start.Slope)
                return true;
            return Math.Abs(trial.Value - start.Value) <= noise
                && options.Curvature * start.Slope <= trial.Slope
                && trial.Slope <= (2 * options.SufficientDecrease - 1) * start.Slope;
        }

        private double Extrapolate(Trial trial)
        {
            double width = trial.Step - _low.Step;
            double? cubic = LinePoint.CubicMinimizer(_low, LinePoint.Of(trial));
            double next = cubic is not { } c || c < trial.Step
                ? trial.Step + Growth * width
                : Math.Clamp(c, trial.Step + 1.1 * width, trial.Step + Growth * width);
            return next >= _wall ? (trial.Step + _wall) / 2 : next;
        }

        private double Interpolate(LinePoint high)
        {
            double left = Math.Min(_low.Step, high.Step);
            double width = Math.Abs(high.Step - _low.Step);
            return LinePoint.CubicMinimizer(_low, high) is { } cubic
                ? Math.Clamp(cubic, left + 0.1 * width, left + 0.9 * width)
                : left + 0.5 * width;
        }

        /// <summary>Evaluates until a result is finite, stepping back towards the low end where that is allowed.</summary>
        private bool TryFinite(double step, bool mayShrink)
        {
            while (_trials < options.MaxTrials)
            {
                Trial? trial = evaluate(step);
                _trials++;
                if (trial is null)
                {
                    _interrupted = true;
                    return false;
                }

                Hold(trial);
                if (trial.IsFinite)
                    return true;
                _wall = Math.Min(_wall, step);
                if (!mayShrink)
                    return false;
                step = _low.Step + ShrinkFromNonFinite * (step - _low.Step);
            }

            return false;
        }

        private void Hold(Trial trial)
        {
            if (_current != _best)
                _current?.Dispose();
            _current = trial;
            if (!trial.IsFinite || (_best is not null && trial.Value >= _best.Value))
                return;
            _best?.Dispose();
            _best = trial;
        }

        private LineSearchResult Accepted()
        {
            if (_best != _current)
                _best?.Dispose();
            return new LineSearchResult(_current, true, false);
        }

        private LineSearchResult Failed()
        {
            if (_best != _current)
                _current?.Dispose();
            return new LineSearchResult(_best, false, _interrupted);
        }
    }

    private double SufficientDecrease { get; } = sufficientDecrease;

    private double Curvature { get; } = curvature;

    private int MaxTrials { get; } = maxTrials;
}

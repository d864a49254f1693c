namespace TfLbfgs.Optimization;

/// <summary>
/// The line search of Hager and Zhang (2005; 2006, Algorithm 851): expansion to a bracket, then two secant steps a round, and a bisection
/// where they did not shrink it enough. Accepts at once, in any phase, a point
/// that meets the weak Wolfe conditions, or the approximate ones inside the noise of the loss. Python:
/// <c>tfp.optimizer.linesearch.hager_zhang</c>, which never accepts a step while it looks for the bracket;
/// <see cref="LbfgsOptions.TfpCompatible"/> has that one.
/// </summary>
public sealed record HagerZhangSearch : LineSearch
{
    /// <summary>
    /// rho: the step grows by this factor while there is no bracket, more than 1; default 5. Python: <c>expansion_param</c>.
    /// </summary>
    public double Expansion { get; init; } = 5;

    /// <summary>
    /// gamma: a round must shrink the bracket to this part of its width, or it is halved, in (0, 1); default 0.66. Python:
    /// <c>shrinkage_param</c>.
    /// </summary>
    public double Shrinkage { get; init; } = 0.66;

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        Require(Expansion > 1 && double.IsFinite(Expansion), nameof(Expansion), "a number above 1", Expansion);
        Require(Shrinkage is > 0 and < 1, nameof(Shrinkage), "a value between 0 and 1", Shrinkage);
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line) => new Run(this, line).Steps();

    private sealed class Run
    {
        private readonly HagerZhangSearch _options;
        private readonly Line _line;
        private readonly LineWalk _walk;
        private readonly double _limit;
        private HagerZhangInterval<double> _interval;

        public Run(HagerZhangSearch options, Line line)
        {
            _options = options;
            _line = line;
            _walk = new LineWalk(line, point => line.MeetsWolfe(point)
                || (!line.IsTooHigh(point) && point.Slope >= line.Curvature * line.Start.Slope));
            _limit = line.Start.Value + line.Noise;
        }

        private HagerZhangPoint<double> Last => Of(_line.Last);

        private double Width => _interval.Right.Step - _interval.Left.Step;

        public IEnumerable<double> Steps()
        {
            foreach (double step in Bracket())
                yield return step;
            while (!_walk.IsOver)
            {
                foreach (double step in Narrow())
                    yield return step;
            }
        }

        /// <summary>Expands until a minimum lies before the last point (B0 to B3).</summary>
        private IEnumerable<double> Bracket()
        {
            HagerZhangPoint<double> start = Of(_line.Start);
            HagerZhangPoint<double> falling = start;
            double next = _line.FirstStep;
            while (true)
            {
                foreach (double step in _walk.To(next, Of(falling)))
                    yield return step;
                if (_walk.IsOver)
                    yield break;
                if (Last.IsRising || Last.NeedsBisection(_limit))
                    break;
                if (!_line.IsTooHigh(_line.Last) && _walk.AcceptAtEnd())
                    yield break;
                falling = Last;
                next = _walk.Expand(_options.Expansion * falling.Step);
            }

            // A point that falls but lies too high has a minimum before it, which only bisection finds.
            _interval = new HagerZhangInterval<double>(Last.IsRising ? falling : start, Last);
            foreach (double step in Bisect())
                yield return step;
        }

        /// <summary>
        /// One round (L1, L2): two secant steps (S1 to S4), the second where the first moved an end, and a bisection where both did not
        /// help enough.
        /// </summary>
        private IEnumerable<double> Narrow()
        {
            HagerZhangInterval<double> former = _interval;
            double width = Width;
            double first = HagerZhangPoint<double>.Secant(_interval.Left, _interval.Right);
            foreach (double step in Refine(first))
                yield return step;
            if (_walk.IsOver)
                yield break;
            double second = _interval.SecondSecant(former, first, out bool moved);
            if (moved)
            {
                foreach (double step in Refine(second))
                    yield return step;
            }

            if (_walk.IsOver || Width < _options.Shrinkage * width)
                yield break;
            foreach (double step in Refine(_interval.Middle, always: true))
                yield return step;
        }

        /// <summary>Evaluates a step inside the interval and narrows it (U0 to U3).</summary>
        private IEnumerable<double> Refine(double next, bool always = false)
        {
            if (!always && !(next > _interval.Left.Step && next < _interval.Right.Step))
                yield break;
            foreach (double step in ToInside(next))
                yield return step;
            if (_walk.IsOver)
                yield break;
            _interval = _interval.Update(Last, _limit, out bool needsBisection);
            if (!needsBisection)
                yield break;
            foreach (double step in Bisect())
                yield return step;
        }

        /// <summary>Halves the interval until its right end rises (U3).</summary>
        private IEnumerable<double> Bisect()
        {
            while (!_interval.Right.IsRising)
            {
                foreach (double step in ToInside(_interval.Middle))
                    yield return step;
                if (_walk.IsOver)
                    yield break;
                _interval = _interval.Halve(Last, _limit);
            }
        }

        private IEnumerable<double> ToInside(double step) => _walk.To(step, Of(_interval.Left), Of(_interval.Right));

        private static HagerZhangPoint<double> Of(LinePoint point) => new(point.Step, point.Value, point.Slope, 0);

        private static LinePoint Of(HagerZhangPoint<double> point) => new(point.Step, point.Value, point.Slope);
    }
}

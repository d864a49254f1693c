namespace TfLbfgs.Optimization;

/// <summary>
/// What bracketing searches share: it evaluates a step, goes back from results that are not finite, accepts a point as soon as the
/// conditions hold, and fails where trials or the bracket are used up.
/// </summary>
/// <param name="line">The search.</param>
/// <param name="accepts">Whether a finite point may be accepted.</param>
internal sealed class LineWalk(Line line, Func<LinePoint, bool> accepts)
{
    private const double MaxStep = 1e10;
    private const double ShrinkFromNonFinite = 0.1;
    private const double SmallestBracket = 1e-14;

    /// <summary>The smallest step without a bracket whose result was not finite: no step grows beyond it.</summary>
    private double _wall = double.PositiveInfinity;

    /// <summary>Whether a point was accepted, or the search failed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>
    /// Yields a step, and shorter ones while the result is not finite; <see cref="Line.Last"/> is finite afterwards, or the search is over.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="low">The end of the bracket with the lower loss, or the last point that descends.</param>
    /// <param name="high">The other end; null: there is no bracket yet.</param>
    public IEnumerable<double> To(double step, LinePoint low, LinePoint? high = null)
    {
        while (true)
        {
            LineSearchFailure? end = line.IsUsedUp ? high is null ? LineSearchFailure.NoBracket : LineSearchFailure.Limit
                : IsNarrow(low, high) || step == low.Step ? LineSearchFailure.NoWidth
                : null;
            if (end is { } failure)
            {
                line.Fail(line.Trials > 0 && !line.Last.IsFinite ? LineSearchFailure.NotFinite : failure, low, high);
                IsOver = true;
                yield break;
            }

            yield return step;
            if (line.Last.IsFinite)
            {
                if (accepts(line.Last))
                    Accept();
                yield break;
            }

            // Within a bracket the loss has a hole, which says nothing about longer steps.
            if (high is null)
                _wall = Math.Min(_wall, step);
            step = low.Step + ShrinkFromNonFinite * (step - low.Step);
        }
    }

    /// <summary>Accepts a last point that still descends where no longer step is possible.</summary>
    /// <returns>Whether it did.</returns>
    public bool AcceptAtEnd()
    {
        if (line.Last.Step >= MaxStep || line.Last.Step >= 0.99 * _wall)
            Accept();
        return IsOver;
    }

    /// <summary>A longer step, but not over the wall.</summary>
    public double Expand(double step) => step >= _wall ? (line.Last.Step + _wall) / 2 : Math.Min(step, MaxStep);

    private static bool IsNarrow(LinePoint low, LinePoint? high) =>
        high is { } end && Math.Abs(end.Step - low.Step) <= SmallestBracket * Math.Max(Math.Abs(end.Step), Math.Abs(low.Step));

    private void Accept()
    {
        line.Accept();
        IsOver = true;
    }
}

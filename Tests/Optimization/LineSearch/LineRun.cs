using TfLbfgs.Optimization;

namespace TfLbfgs.Tests.Optimization;

/// <summary>A line search on a function of one variable.</summary>
/// <param name="Line">The verdict.</param>
/// <param name="Points">What was evaluated, in order.</param>
internal sealed record LineRun(Line Line, IReadOnlyList<LinePoint> Points)
{
    /// <summary>The point that was accepted.</summary>
    public LinePoint Accepted => Points.Last(point => point.Step == Line.AcceptedStep);

    public static LineRun Of(
        LineSearch search, Func<double, (double Value, double Slope)> function, double firstStep, double c1 = 1e-4, double c2 = 0.9,
            double noise = 0, int maxTrials = 30)
    {
        Line line = new(At(0), search.FirstStep(firstStep), noise, c1, c2, maxTrials);
        List<LinePoint> points = [];
        foreach (double step in search.Steps(line))
        {
            points.Add(At(step));
            line.Tell(points[^1]);
            if (points.Count > 1000)
                throw new InvalidOperationException("1,000 trials");
        }

        return new LineRun(line, points);

        LinePoint At(double step)
        {
            (double value, double slope) = function(step);
            return new LinePoint(step, value, slope);
        }
    }
}

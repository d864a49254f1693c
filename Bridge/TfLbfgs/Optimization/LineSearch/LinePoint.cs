namespace TfLbfgs.Optimization;

/// <summary>Step, loss and slope of a point along a direction: all that a bracket needs.</summary>
/// <param name="Step">The step, 0 at the start of the search.</param>
/// <param name="Value">The loss there.</param>
/// <param name="Slope">Its derivative along the direction, g.d.</param>
public readonly record struct LinePoint(double Step, double Value, double Slope)
{
    /// <summary>Whether the loss and the whole gradient there are finite.</summary>
    public bool IsFinite { get; init; } = double.IsFinite(Value) && double.IsFinite(Slope);

    /// <summary>The minimizer of the cubic through two points and their slopes (Nocedal and Wright 2006, eq. 3.59).</summary>
    /// <param name="a">One point.</param>
    /// <param name="b">Another one, at another step.</param>
    /// <returns>The step; null when the cubic has no minimum, or none that is finite.</returns>
    public static double? CubicMinimizer(LinePoint a, LinePoint b)
    {
        double d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.Step - b.Step);
        double square = d1 * d1 - a.Slope * b.Slope;
        if (!(square >= 0))
            return null;
        double d2 = Math.Sign(b.Step - a.Step) * Math.Sqrt(square);
        double step = b.Step - (b.Step - a.Step) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2);
        return double.IsFinite(step) ? step : null;
    }

    /// <summary>What one evaluation found.</summary>
    internal static LinePoint Of(Trial trial) => new(trial.Step, trial.Value, trial.Slope) { IsFinite = trial.IsFinite };
}

namespace TfLbfgs.Optimization;

/// <summary>Step, loss and slope of a point along the direction: all that a bracket needs.</summary>
internal readonly record struct LinePoint(double Step, double Value, double Slope)
{
    public static LinePoint Of(Trial trial) => new(trial.Step, trial.Value, trial.Slope);

    /// <summary>The minimizer of the cubic through two points and their slopes (Nocedal and Wright 2006, eq. 3.59); null when it has none.</summary>
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
}

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
        double step = ZoomRules<HostScalar, HostTruth>.CubicMinimizer(a.ToZoom(), b.ToZoom());
        return double.IsFinite(step) ? step : null;
    }

    /// <summary>A point of the rules; finite.</summary>
    internal static LinePoint Of(ZoomPoint<HostScalar> point) => new(point.Step, point.Value, point.Slope);

    /// <summary>The point as the rules take it.</summary>
    internal ZoomPoint<HostScalar> ToZoom() => new(Step, Value, Slope);
}

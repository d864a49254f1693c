using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// The curvatures that the correction pairs in memory have seen: <c>s.y / s.s</c>, the mean curvature of the loss along a step, and <c>y.y
/// / s.y</c>, which is at least as large and nearer to the largest curvature. Far apart
/// ends mean a loss that is hard to minimize; a scale per variable or more pairs help. From scalars that the driver already has: no read.
/// </summary>
/// <param name="Pairs">The number of pairs, at least 1.</param>
/// <param name="Smallest">The smallest s.y / s.s.</param>
/// <param name="Median">The median of s.y / s.s.</param>
/// <param name="Largest">The largest s.y / s.s.</param>
/// <param name="SmallestUpper">The smallest y.y / s.y.</param>
/// <param name="MedianUpper">The median of y.y / s.y.</param>
/// <param name="LargestUpper">The largest y.y / s.y.</param>
public sealed record CurvatureSpectrum(int Pairs, double Smallest, double Median, double Largest, double SmallestUpper, double MedianUpper, double LargestUpper)
{
    /// <summary>The largest y.y / s.y over the smallest s.y / s.s: a lower bound of the condition number of a quadratic loss.</summary>
    public double Spread => LargestUpper / Smallest;

    /// <summary>Both ranges in one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Invariant(
        $"s.y/s.s {Smallest:G3} / {Median:G3} / {Largest:G3}, y.y/s.y {SmallestUpper:G3} / {MedianUpper:G3} / {LargestUpper:G3} (smallest / median / largest of {Pairs} pairs)");
}

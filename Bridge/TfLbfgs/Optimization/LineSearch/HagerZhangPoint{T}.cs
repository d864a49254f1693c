using System.Numerics;

namespace TfLbfgs.Optimization;

/// <summary>A point of one line, in the dtype of the objective.</summary>
/// <param name="Step">Where along the direction.</param>
/// <param name="Value">The value there.</param>
/// <param name="Slope">The derivative along the direction.</param>
/// <param name="Trial">The evaluation that it comes from, by which the caller finds its vectors.</param>
internal readonly record struct HagerZhangPoint<T>(T Step, T Value, T Slope, int Trial)
    where T : IBinaryFloatingPointIeee754<T>
{
    /// <summary>Value and slope are finite.</summary>
    public bool IsFinite => T.IsFinite(Value) && T.IsFinite(Slope);

    /// <summary>The value is -infinity: a minimum, regardless of the slope.</summary>
    public bool IsMinimum => T.IsNegativeInfinity(Value);

    /// <summary>A right end: finite, and not falling.</summary>
    public bool IsRising => T.IsFinite(Value) && Slope >= T.Zero;

    /// <summary>No number where one is needed; with an infinite value the slope does not matter.</summary>
    public bool IsNaN => T.IsNaN(Value) || (T.IsFinite(Value) && T.IsNaN(Slope));

    /// <summary>Falling, but too high for a left end: a minimum lies before it that only bisection can find.</summary>
    public bool NeedsBisection(T limit) => T.IsPositiveInfinity(Value) || (Slope < T.Zero && Value > limit);

    /// <summary>Where the line through the slopes of two points is zero.</summary>
    public static T Secant(HagerZhangPoint<T> a, HagerZhangPoint<T> b)
    {
        T difference = b.Slope - a.Slope;
        return difference == T.Zero ? T.Zero : (a.Step * b.Slope - b.Step * a.Slope) / difference;
    }
}

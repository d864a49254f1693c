namespace TfLbfgs.Optimization;

/// <summary>What one evaluation found for one member.</summary>
/// <param name="Step">The step along the direction.</param>
/// <param name="Value">The loss.</param>
/// <param name="Slope">The slope along the direction, g.d.</param>
/// <param name="GradientMax">max |g_i|</param>
/// <param name="GradientSquared">g.g</param>
/// <param name="ChangeSquared">y.y with y the change of the gradient since the start of the search.</param>
/// <param name="DirectionDotChange">d.y</param>
/// <param name="Moved">max |x_i - start_i|; 0 when the step is lost in rounding.</param>
/// <param name="StartSlope">The slope at the start of the search.</param>
/// <param name="DirectionSquared">d.d</param>
internal readonly record struct MemberTrial(
    double Step,
    double Value,
    double Slope,
    double GradientMax,
    double GradientSquared,
    double ChangeSquared,
    double DirectionDotChange,
    double Moved,
    double StartSlope,
    double DirectionSquared)
{
    /// <summary>How many numbers of the device tell of a member.</summary>
    public const int Width = 9;

    /// <summary>Whether loss and gradient are finite.</summary>
    public bool IsFinite => double.IsFinite(Value) && double.IsFinite(Slope) && double.IsFinite(GradientMax) && double.IsFinite(GradientSquared);

    /// <summary>What a line search sees.</summary>
    public LinePoint Point => new(Step, Value, Slope) { IsFinite = IsFinite };

    /// <summary>From the numbers of the device.</summary>
    public static MemberTrial Of(double step, ReadOnlySpan<double> s) => new(step, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]);
}

using System.Text.Json.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The numbers of one evaluation along a direction, with the one order in which the device packs them.</summary>
/// <param name="Step">The step along the direction.</param>
/// <param name="Value">The loss.</param>
/// <param name="Slope">The slope along the direction, g.d.</param>
/// <param name="GradientMax">max |g_i|</param>
/// <param name="GradientSquared">g.g</param>
/// <param name="ChangeSquared">y.y with y the change of the gradient since the start of the search.</param>
/// <param name="DirectionDotChange">d.y</param>
/// <param name="Moved">max |x_i - start_i|; 0 when the step is lost in rounding.</param>
/// <param name="StartSlope">The slope at the start of the search, g.d with the gradient there.</param>
/// <param name="DirectionSquared">d.d</param>
[method: JsonConstructor]
internal readonly record struct EvaluationScalars(
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
    /// <summary>How many numbers the device packs: all but the step, which the host knows.</summary>
    public const int Width = 9;

    /// <summary>The place of <see cref="StartSlope"/> among them.</summary>
    public const int StartSlopeIndex = 7;

    /// <summary>Whether loss and gradient are finite.</summary>
    [JsonIgnore]
    public bool IsFinite =>
        double.IsFinite(Value) && double.IsFinite(Slope) && double.IsFinite(GradientMax) && double.IsFinite(GradientSquared);

    /// <summary>What a line search sees.</summary>
    [JsonIgnore]
    public LinePoint Point => new(Step, Value, Slope) { IsFinite = IsFinite };

    /// <summary>The numbers on the device, float64, shape [] or one for each member of a batch, as <see cref="Of"/> takes them.</summary>
    public static Tensor[] Order(
        Tensor value, Tensor slope, Tensor gradientMax, Tensor gradientSquared, Tensor changeSquared, Tensor directionDotChange,
            Tensor moved, Tensor startSlope, Tensor directionSquared) =>
        [value, slope, gradientMax, gradientSquared, changeSquared, directionDotChange, moved, startSlope, directionSquared];

    /// <summary>From the numbers of the device.</summary>
    public static EvaluationScalars Of(double step, ReadOnlySpan<double> s) =>
        new(step, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]);
}

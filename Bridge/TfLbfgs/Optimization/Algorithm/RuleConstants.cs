using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// The constants of <see cref="IterationRules{T, B}"/>; docs/directions.md and docs/reference/robustness.md have the measurements behind
/// them.
/// </summary>
internal static class RuleConstants
{
    /// <summary>A pair is kept where s.y is above this part of |s| |y|.</summary>
    public const double LeastCurvature = 1e-10;

    /// <summary>A direction descends where its slope is at least this part of |d| |g|.</summary>
    public const double LeastCosine = 1e-16;

    /// <summary>The band of noise, in errors of the loss.</summary>
    public const double ErrorsOfBand = 4;

    /// <summary>A failed search made progress where the loss fell by more than this many bands.</summary>
    public const double BandsOfProgress = 10;

    /// <summary>An iteration counts towards the floor where the predicted decrease is at most this many bands.</summary>
    public const double BandsOfPrediction = 10;

    /// <summary>The losses of a step report its curvature where they differ by more than this many bands.</summary>
    public const double BandsOfCurvature = 1e4;

    /// <summary>So much of s.y the losses may take away from the curvature of a pair.</summary>
    public const double MostCurvatureLost = 2.0 / 3;

    /// <summary>So much of s.y the losses may add to the curvature of a pair.</summary>
    public const double MostCurvatureGained = 1;

    /// <summary>The default of <see cref="AlgorithmOptions.FloorIterations"/>.</summary>
    public const int FloorIterations = 10;

    /// <summary>Stalled after this many iterations that left the loss exactly as it was.</summary>
    public const int UnchangedIterations = 10;

    /// <summary>
    /// This many times the error of the loss that a failed search proves is its noise, where that is at most <see cref="MostNoise"/> of the
    /// decrease so far: more is no noise, but a gradient of another function.
    /// </summary>
    public const double NoiseOverError = 2;

    /// <summary>The rounding of one operation in a dtype.</summary>
    public static double EpsilonOf(DType dtype) => dtype == DType.Float32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);

    /// <summary>See <see cref="NoiseOverError"/>.</summary>
    public const double MostNoise = 1e-3;

    /// <summary>Below this many roundings a difference of two losses says nothing.</summary>
    public const double RoundingInUlps = 4;

    /// <summary>
    /// The first trial is the unit step, but at most this many times the last accepted one: where directions are too long for a while, each
    /// iteration would find that out anew.
    /// </summary>
    public const double GrowthOfFirstStep = 4;

    /// <summary>
    /// A capped first trial is at most this many times the last decrease over the slope: the step that repeats that decrease on a parabola,
    /// and a little more so that 1 is reached.
    /// </summary>
    public const double RepeatedDecrease = 2.02;

    /// <summary>
    /// The last decrease says nothing of the next one where the search before ended at more than this part of its first slope: it could
    /// have gone on.
    /// </summary>
    public const double MostSlopeLeft = 0.7;

    /// <summary>The bound of <see cref="RunNumbers{T}.CapScore"/>.</summary>
    public const double MostCapScore = 3;

    /// <summary>A step up to this factor longer is the same one: its slope was summed in another order.</summary>
    public const double SameStep = 1.0001;

    /// <summary>After a search along -g that found nothing, the next one starts at this part of the step.</summary>
    public const double ShrinkOfShortStart = 1e-3;
}

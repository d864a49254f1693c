using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.ScalarMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// D has a length between two: the geometric one, sqrt(s.s y.y) / y.Dy, which suits directions that no pair has seen, and the shorter one of the last pair, s.y / y.Dy. A step below 1 says that the direction
/// was too long. The share is the exponent of the former in their weighted geometric mean, in twentieths: whole numbers, so that all loops have the same.
/// Where there are more variables than pairs the share stays whole: most directions are never seen there, and a length that followed the steps left networks with a higher loss (docs/robustness.md).
/// </summary>
internal static class LengthShare
{
    public const int Whole = 20;
    private const int LostByShortStep = 5;
    private const int RegainedByUnitStep = 2;

    /// <summary>Whether the share follows the steps: where the pairs can span the space.</summary>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="pairs">m, the most pairs.</param>
    public static bool FollowsSteps(long count, int pairs) => count <= pairs;

    /// <summary>The share for a pair.</summary>
    /// <param name="share">That of the pair before.</param>
    /// <param name="isFirst">Whether the memory is empty.</param>
    /// <param name="step">The accepted multiple of the direction.</param>
    public static int Next(int share, bool isFirst, double step) => isFirst ? Whole : step < 1 ? Math.Max(0, share - LostByShortStep) : Math.Min(Whole, share + RegainedByUnitStep);

    /// <summary>The same in the compiled loop.</summary>
    public static Tensor Next(Tensor share, Tensor isFirst, Tensor step) =>
        If(isFirst, Whole, If(Less(step, 1), Max(Number(0), share - (double)LostByShortStep), Min(Number(Whole), share + (double)RegainedByUnitStep)));

    /// <summary>The length, times y.Dy.</summary>
    /// <param name="share">The share.</param>
    /// <param name="geometric">|s| |y|</param>
    /// <param name="stepDotChange">s.y</param>
    public static double Length(int share, double geometric, double stepDotChange) => geometric * Math.Pow(stepDotChange / geometric, 1 - (share / (double)Whole));

    /// <summary>The same in the compiled loop.</summary>
    public static Tensor Length(Tensor share, Tensor geometric, Tensor stepDotChange) => geometric * RawOps.Pow(stepDotChange / geometric, 1.0 - share / (double)Whole);
}

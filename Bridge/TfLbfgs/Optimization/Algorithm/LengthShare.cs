namespace TfLbfgs.Optimization;

/// <summary>
/// D has a length between two: the geometric one, sqrt(s.s y.y) / y.Dy, which suits directions that no pair has seen, and the shorter one
/// of the last pair, s.y / y.Dy. A step below 1 says that the direction
/// was too long. The share is the exponent of the former in their weighted geometric mean, in twentieths: whole numbers, so that all loops
/// have the same (<see cref="IterationRules{T, B}.NextShare"/>).
/// Where there are more variables than pairs the share stays whole: most directions are never seen there, and a length that followed the
/// steps left networks with a higher loss (docs/reference/robustness.md).
/// </summary>
internal static class LengthShare
{
    public const int Whole = 20;
    public const int LostByShortStep = 5;
    public const int RegainedByUnitStep = 2;

    /// <summary>Whether the share follows the steps: where the pairs can span the space.</summary>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="pairs">m, the most pairs.</param>
    public static bool FollowsSteps(long count, int pairs) => count <= pairs;
}

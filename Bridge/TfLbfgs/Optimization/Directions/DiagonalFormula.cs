using System.Runtime.CompilerServices;

namespace TfLbfgs.Optimization;

/// <summary>
/// The elements of the diagonal of the BFGS formula for B = D^-1 (Gilbert and Lemarechal 1989). D is first scaled so that y.Dy = s.y, and
/// kept positive at the end.
/// </summary>
/// <typeparam name="T">The elements.</typeparam>
internal static class DiagonalFormula<T> where T : struct, IElements<T>
{
    /// <summary>The part of the largest element of B below which none is kept.</summary>
    public const double Least = 1e-10;

    /// <summary>B of the scaled D.</summary>
    /// <param name="former">D before.</param>
    /// <param name="factor">s.y / y.Dy</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Inverse(T former, T factor) => T.Reciprocal(former * factor);

    /// <summary>B with the pair.</summary>
    /// <param name="inverse">B.</param>
    /// <param name="squaredChange">y squared.</param>
    /// <param name="image">B s.</param>
    /// <param name="overCurvature">1 / s.y</param>
    /// <param name="overImage">1 / s.Bs</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Learnt(T inverse, T squaredChange, T image, T overCurvature, T overImage) =>
        inverse + squaredChange * overCurvature - image * image * overImage;

    /// <summary>D, before its length is set.</summary>
    /// <param name="learnt">B with the pair.</param>
    /// <param name="least">The smallest that an element may be.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Diagonal(T learnt, T least) => T.Reciprocal(T.Max(learnt, least));
}

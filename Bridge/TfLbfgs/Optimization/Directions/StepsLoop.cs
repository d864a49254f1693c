using System.Runtime.CompilerServices;

namespace TfLbfgs.Optimization;

/// <summary>d = -(r + S' v), which replaces r.</summary>
/// <typeparam name="T">The dtype.</typeparam>
/// <param name="steps">S.</param>
/// <param name="count">n.</param>
/// <param name="coefficients">v.</param>
/// <param name="direction">r, then d.</param>
internal readonly unsafe struct StepsLoop<T>(void* steps, long count, double[] coefficients, void* direction) : ITileLoop where T : ILanes
{
    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int tile, (long From, long To) range)
    {
        int length = (int)(range.To - range.From);
        double* sum = stackalloc double[length];
        Loops<T>.Widen(direction, sum, range.From, range.To);
        Loops<T>.Combine(sum, steps, count, coefficients, range.From, range.To);
        for (int i = 0; i < length; i++)
            sum[i] = -sum[i];
        Loops<T>.Narrow(sum, direction, range.From, range.To);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>x + t d into another vector, and the largest change of an element, as it is after rounding.</summary>
/// <typeparam name="T">The dtype.</typeparam>
internal readonly unsafe struct MoveLoop<T>(void* position, void* direction, double step, void* next, Partials largest) : ITileLoop
    where T : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int tile, (long From, long To) range)
    {
        Vector256<double> t = Vector256.Create(step), max = default;
        long i = range.From;
        for (; i <= range.To - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> x = T.Load(position, i);
            // The product is rounded before the sum, as by two ops.
            T.Store(next, i, x + T.Load(direction, i) * t);
            max = Vector256.Max(max, Vector256.Abs(T.Load(next, i) - x));
        }

        double most = Loops<T>.Largest(max);
        for (; i < range.To; i++)
        {
            double x = T.Get(position, i);
            T.Set(next, i, x + T.Get(direction, i) * step);
            most = Math.Max(most, Math.Abs(T.Get(next, i) - x));
        }

        largest.Of(tile)[0] = most;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>
/// What a line search and a pair need of the gradient at a trial point, of that at the start and of the direction: in one pass.
/// </summary>
/// <typeparam name="T">The dtype.</typeparam>
internal readonly unsafe struct MeasureLoop<T>(void* gradient, void* former, void* direction, Partials sums, Partials largest) : ITileLoop
    where T : ILanes
{
    /// <summary>How many sums: g.d, g.g, y.y, d.y, former.d and d.d.</summary>
    public const int Width = 6;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int tile, (long From, long To) range)
    {
        Vector256<double> slope = default, squared = default, changeSquared = default, product = default, startSlope = default;
        Vector256<double> directionSquared = default, max = default;
        long i = range.From;
        for (; i <= range.To - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> g = T.Load(gradient, i), h = T.Load(former, i), d = T.Load(direction, i);
            Vector256<double> y = g - h;
            slope = Vector256.FusedMultiplyAdd(g, d, slope);
            squared = Vector256.FusedMultiplyAdd(g, g, squared);
            changeSquared = Vector256.FusedMultiplyAdd(y, y, changeSquared);
            product = Vector256.FusedMultiplyAdd(d, y, product);
            startSlope = Vector256.FusedMultiplyAdd(h, d, startSlope);
            directionSquared = Vector256.FusedMultiplyAdd(d, d, directionSquared);
            max = Vector256.Max(max, Vector256.Abs(g));
        }

        Span<double> s = sums.Of(tile);
        (s[0], s[1], s[2]) = (Vector256.Sum(slope), Vector256.Sum(squared), Vector256.Sum(changeSquared));
        (s[3], s[4], s[5]) = (Vector256.Sum(product), Vector256.Sum(startSlope), Vector256.Sum(directionSquared));
        double most = Loops<T>.Largest(max);
        for (; i < range.To; i++)
        {
            double g = T.Get(gradient, i), h = T.Get(former, i), d = T.Get(direction, i);
            double y = g - h;
            s[0] += g * d;
            s[1] += g * g;
            s[2] += y * y;
            s[3] += d * y;
            s[4] += h * d;
            s[5] += d * d;
            most = Math.Max(most, Math.Abs(g));
        }

        largest.Of(tile)[0] = most;
    }
}

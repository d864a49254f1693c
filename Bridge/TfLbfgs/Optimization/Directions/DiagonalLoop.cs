using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>D of B, in its place, and y.Dy.</summary>
/// <typeparam name="T">The dtype.</typeparam>
/// <param name="diagonal">B, then D.</param>
/// <param name="change">y.</param>
/// <param name="least">The smallest that an element of B may be.</param>
/// <param name="sums">Receives y.Dy of each tile.</param>
internal readonly unsafe struct DiagonalLoop<T>(void* diagonal, void* change, double least, Partials sums) : ITileLoop where T : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int tile, (long From, long To) range)
    {
        Vector256<double> sum = default;
        long i = range.From;
        for (; i <= range.To - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> d = Value(T.Load(diagonal, i)), y = T.Load(change, i);
            T.Store(diagonal, i, d);
            sum = Vector256.FusedMultiplyAdd(y * y, d, sum);
        }

        double total = Vector256.Sum(sum);
        for (; i < range.To; i++)
        {
            double d = Value(Vector256.CreateScalar(T.Get(diagonal, i)))[0], y = T.Get(change, i);
            T.Set(diagonal, i, d);
            total += y * y * d;
        }

        sums.Of(tile)[0] = total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Value(Vector256<double> learnt) => DiagonalFormula<Lane>.Diagonal(new(learnt), new(least)).Values;
}

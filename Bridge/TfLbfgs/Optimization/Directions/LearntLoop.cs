using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>B with a pair, <see cref="DiagonalFormula{T}"/>, and its largest element.</summary>
/// <typeparam name="T">The dtype.</typeparam>
/// <param name="former">D before.</param>
/// <param name="step">s.</param>
/// <param name="change">y.</param>
/// <param name="factors">s.y / y.Dy, 1 / s.y and 1 / s.Bs.</param>
/// <param name="learnt">Receives B.</param>
/// <param name="largest">Receives the largest of each tile.</param>
internal readonly unsafe struct LearntLoop<T>(
    void* former, void* step, void* change, (double Scale, double OverCurvature, double OverImage) factors, void* learnt,
    Partials largest) : ITileLoop
    where T : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int tile, (long From, long To) range)
    {
        Vector256<double> max = Vector256.Create(double.NegativeInfinity);
        long i = range.From;
        for (; i <= range.To - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> value = Value(T.Load(former, i), T.Load(step, i), T.Load(change, i));
            T.Store(learnt, i, value);
            max = Vector256.Max(max, value);
        }

        double most = Loops<T>.Largest(max);
        for (; i < range.To; i++)
        {
            double value = Value(
                Vector256.CreateScalar(T.Get(former, i)), Vector256.CreateScalar(T.Get(step, i)),
                    Vector256.CreateScalar(T.Get(change, i)))[0];
            T.Set(learnt, i, value);
            most = Math.Max(most, value);
        }

        largest.Of(tile)[0] = most;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Value(Vector256<double> d, Vector256<double> s, Vector256<double> y)
    {
        Lane b = DiagonalFormula<Lane>.Inverse(new(d), new(factors.Scale));
        return DiagonalFormula<Lane>.Learnt(
            b, new(y * y), b * new Lane(s), new(factors.OverCurvature), new(factors.OverImage)).Values;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>
/// Writes a pair into its slot, s = a d and y = g - former + c s, and takes the products of all steps with y and g and those that D needs,
/// while the elements are at hand.
/// </summary>
/// <typeparam name="T">The dtype.</typeparam>
internal readonly unsafe struct PairLoop<T> : ITileLoop where T : ILanes
{
    /// <summary>n.</summary>
    public long Count { get; init; }

    /// <summary>How many slots are filled, the new one included.</summary>
    public int Rows { get; init; }

    /// <summary>a</summary>
    public double Step { get; init; }

    /// <summary>c</summary>
    public double Factor { get; init; }

    /// <summary>d</summary>
    public void* Direction { get; init; }

    /// <summary>g</summary>
    public void* Gradient { get; init; }

    /// <summary>The gradient before the step; null where <see cref="Change"/> is given.</summary>
    public void* Former { get; init; }

    /// <summary>y; null where it is computed.</summary>
    public void* Change { get; init; }

    /// <summary>D before; null where it is one number.</summary>
    public void* Diagonal { get; init; }

    /// <summary>S.</summary>
    public void* Steps { get; init; }

    /// <summary>The slot's row of S.</summary>
    public void* NewStep { get; init; }

    /// <summary>The slot's row of Y.</summary>
    public void* NewChange { get; init; }

    /// <summary>Receives S y and S g in turn, then y.Dy and s.s/D.</summary>
    public Partials Sums { get; init; }

    /// <summary>How many sums there are.</summary>
    /// <param name="rows">Filled slots.</param>
    public static int Width(int rows) => 2 * rows + 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int tile, (long From, long To) range)
    {
        Span<double> sums = Sums.Of(tile);
        Write(range.From, range.To);
        if (Diagonal is not null)
            (sums[2 * Rows], sums[2 * Rows + 1]) = Weighted(range.From, range.To);
        for (int row = 0; row < Rows; row++)
        {
            (sums[2 * row], sums[2 * row + 1]) =
                Loops<T>.Dots(T.Row(Steps, row, Count), NewChange, Gradient, range.From, range.To);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(long from, long to)
    {
        Vector256<double> a = Vector256.Create(Step), c = Vector256.Create(Factor);
        long i = from;
        for (; i <= to - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> s = T.Load(Direction, i) * a;
            T.Store(NewStep, i, s);
            T.Store(NewChange, i, Change is null ? (T.Load(Gradient, i) - T.Load(Former, i)) * c : T.Load(Change, i));
        }

        for (; i < to; i++)
        {
            double s = T.Get(Direction, i) * Step;
            T.Set(NewStep, i, s);
            T.Set(NewChange, i, Change is null ? (T.Get(Gradient, i) - T.Get(Former, i)) * Factor : T.Get(Change, i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Change, double Step) Weighted(long from, long to)
    {
        Vector256<double> change = default, step = default;
        long i = from;
        for (; i <= to - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> s = T.Load(NewStep, i), y = T.Load(NewChange, i), d = T.Load(Diagonal, i);
            change = Vector256.FusedMultiplyAdd(y * y, d, change);
            step += s * s / d;
        }

        (double Change, double Step) sums = (Vector256.Sum(change), Vector256.Sum(step));
        for (; i < to; i++)
        {
            double s = T.Get(NewStep, i), y = T.Get(NewChange, i), d = T.Get(Diagonal, i);
            sums = (sums.Change + y * y * d, sums.Step + s * s / d);
        }

        return sums;
    }
}

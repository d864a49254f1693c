using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>r = D (g - Y' al), with D given its length first, and Y r, with Y read from memory once.</summary>
/// <typeparam name="T">The dtype.</typeparam>
internal readonly unsafe struct ChangesLoop<T> : ITileLoop where T : ILanes
{
    /// <summary>n.</summary>
    public long Count { get; init; }

    /// <summary>g</summary>
    public void* Gradient { get; init; }

    /// <summary>D, which is multiplied by <see cref="Length"/> in its place; null where it is that number.</summary>
    public void* Diagonal { get; init; }

    /// <summary>What D is multiplied by.</summary>
    public double Length { get; init; }

    /// <summary>Y.</summary>
    public void* Changes { get; init; }

    /// <summary>-al</summary>
    public double[] Coefficients { get; init; }

    /// <summary>Receives r.</summary>
    public void* Scaled { get; init; }

    /// <summary>Receives Y r.</summary>
    public Partials Sums { get; init; }

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int tile, (long From, long To) range)
    {
        double* q = stackalloc double[(int)(range.To - range.From)];
        Loops<T>.Widen(Gradient, q, range.From, range.To);
        Loops<T>.Combine(q, Changes, Count, Coefficients, range.From, range.To);
        Scale(q, range.From, range.To);
        Loops<T>.Narrow(q, Scaled, range.From, range.To);
        Span<double> sums = Sums.Of(tile);
        for (int row = 0; row < sums.Length; row++)
            sums[row] = Loops<T>.Dot(T.Row(Changes, row, Count), Scaled, range.From, range.To);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(double* q, long from, long to)
    {
        Vector256<double> length = Vector256.Create(Length);
        long i = from;
        for (; i <= to - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> d = length;
            if (Diagonal is not null)
                T.Store(Diagonal, i, d = T.Load(Diagonal, i) * length);
            (Vector256.Load(q + (i - from)) * d).Store(q + (i - from));
        }

        for (; i < to; i++)
        {
            double d = Length;
            if (Diagonal is not null)
                T.Set(Diagonal, i, d = T.Get(Diagonal, i) * Length);
            q[i - from] *= d;
        }
    }
}

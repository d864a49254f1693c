using TfLbfgs.Tensors;
using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Optimization;

/// <summary>Where a history of pairs stands: pairs are written to its slots in turn, from the first on.</summary>
/// <param name="length">m, the most pairs.</param>
/// <param name="count">n, the number of parameters.</param>
internal sealed class PairCursor(int length, long count)
{
    private readonly bool _followsSteps = LengthShare.FollowsSteps(count, length);

    /// <summary>See <see cref="LengthShare"/>.</summary>
    private int _share = LengthShare.Whole;

    /// <summary>The slot of the youngest pair; -1: there is none.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>How many pairs there are: the slots from the first on.</summary>
    public int Count { get; private set; }

    /// <summary>Makes room for a pair, in place of the oldest where all slots are taken.</summary>
    /// <param name="pair">Its numbers.</param>
    /// <returns>The length of D, times y.Dy: see <see cref="LengthShare"/>.</returns>
    public double Advance(PairScalars pair)
    {
        if (_followsSteps)
            _share = (int)Rules.NextShare(_share, Count > 0, pair.Step).Value;
        Slot = (Slot + 1) % length;
        Count = Math.Min(Count + 1, length);
        double geometric = Math.Sqrt(pair.StepSquared) * Math.Sqrt(pair.ChangeSquared);
        return Rules.Length(_share, geometric, pair.StepDotChange).Value;
    }

    /// <summary>Forgets all pairs.</summary>
    public void Clear() => (Slot, Count) = (-1, 0);

    /// <summary>As int64, shape [3].</summary>
    public Tensor Export() => Tensor.From([(long)Slot, Count, _share]);

    /// <summary>Takes back what <see cref="Export"/> gave.</summary>
    public void Import(Tensor cursor)
    {
        long[] numbers = cursor.ToArray<long>();
        (Slot, Count, _share) = ((int)numbers[0], (int)numbers[1], (int)numbers[2]);
    }

    /// <summary>Copies of rows by slots, the oldest first, zeros where there are none, shape [m, n], in the scope of the caller.</summary>
    /// <param name="rows">Shape [m, n].</param>
    public Tensor ByAge(Tensor rows)
    {
        Tensor isFilled = Tensor.From([.. Enumerable.Range(0, length).Select(slot => slot < Count)], [length, 1L]);
        Tensor zero = VectorMath.As(Tensor.Scalar(0.0), rows.DType);
        return RawOps.Roll(RawOps.SelectV2(isFilled, rows, zero), Tensor.Scalar(length - 1 - Slot), Tensor.Scalar(0));
    }
}

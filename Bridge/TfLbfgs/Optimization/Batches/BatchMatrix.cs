using TfLbfgs.Tensors;
using TfLbfgs.Variables;
using static TfLbfgs.Optimization.BatchMath;

namespace TfLbfgs.Optimization;

/// <summary>W and the diagonal of R of all members, in variables, while some of them learn a pair; rows are of shape [b, c].</summary>
/// <param name="inverse">W transposed, float64, shape [b c, c]: row i c + j holds column j of member i.</param>
/// <param name="curvatures">The diagonals of R, float64, shape [b, c].</param>
/// <param name="slot">The slot that takes the pair of each member, int64, shape [b].</param>
/// <param name="learns">Which members learn one, bool, shape [b, 1].</param>
/// <param name="wraps">Whether a slot may be taken twice.</param>
internal sealed class BatchMatrix(Variable inverse, Variable curvatures, Tensor slot, Tensor learns, bool wraps)
    : ICompactMatrix<Tensor, TracedScalar>
{
    private readonly long _members = curvatures.Shape[0];
    private readonly long _capacity = curvatures.Shape[1];

    private Tensor IsSlot => RawOps.Equal(Widen(slot), Tensor.From([.. Enumerable.Range(0, (int)_capacity).Select(i => (long)i)]));

    /// <inheritdoc/>
    public Tensor Curvatures
    {
        get => curvatures.Value;
        set => curvatures.Assign(RawOps.SelectV2(learns, value, curvatures.Value));
    }

    /// <summary>The place of the slot of each member in its own rows, one member after the other, int64, shape [b].</summary>
    public static Tensor Places(Tensor slot, long members, long capacity) =>
        slot + Tensor.From([.. Enumerable.Range(0, (int)members).Select(member => member * capacity)]);

    /// <summary>Element by element: the columns are what lies in rows here.</summary>
    public void ClearColumn()
    {
        if (!wraps)
            return;
        long elements = _members * _capacity;
        Tensor[] both =
        [
            Tensor.From([.. Enumerable.Range(0, (int)elements).Select(i => (long)i)]),
            Shaped(RawOps.BroadcastTo(Widen(slot), Tensor.From([_members, _capacity])), elements),
        ];
        Tensor where = RawOps.Pack(both, 1);
        Tensor former = Shaped(RawOps.GatherNd(inverse.Value, where), _members, _capacity);
        RawOps.ResourceScatterNdUpdate(
            inverse.Handle, where, Shaped(RawOps.SelectV2(learns, Tensor.Scalar(0.0), former), elements));
    }

    /// <inheritdoc/>
    public Tensor With(Tensor row, TracedScalar number) => RawOps.SelectV2(IsSlot, number.Tensor, row);

    /// <inheritdoc/>
    public Tensor Solve(Tensor row) =>
        Shaped(RawOps.BatchMatMulV2(Widen(row, 1), Shaped(inverse.Value, _members, _capacity, _capacity)), _members, _capacity);

    /// <inheritdoc/>
    public Tensor Divide(Tensor row, TracedScalar divisor) => row / divisor.Tensor;

    /// <inheritdoc/>
    public void Put(Tensor row)
    {
        // Members that learn nothing write what is there.
        Tensor at = Places(slot, _members, _capacity);
        Tensor former = RawOps.ResourceGather(inverse.Handle, at, inverse.DType);
        RawOps.ResourceScatterUpdate(inverse.Handle, at, RawOps.SelectV2(learns, row, former));
    }
}

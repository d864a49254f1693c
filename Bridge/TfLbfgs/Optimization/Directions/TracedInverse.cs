using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The compact inverse by ops, of one vector or of each member of a batch, with S and Y known by their products alone.</summary>
/// <param name="timesSteps">S v.</param>
/// <param name="combineSteps">S' c.</param>
/// <param name="timesChanges">Y v.</param>
/// <param name="combineChanges">Y' c.</param>
/// <param name="diagonal">D.</param>
/// <param name="inverse">W transposed, shape [..., m, m].</param>
/// <param name="curvatures">The diagonal of R, broadcast against rows of shape [..., 1, m].</param>
internal sealed class TracedInverse(
    Func<Tensor, Tensor> timesSteps, Func<Tensor, Tensor> combineSteps, Func<Tensor, Tensor> timesChanges,
    Func<Tensor, Tensor> combineChanges, Tensor diagonal, Tensor inverse, Tensor curvatures) : ICompactInverse<Tensor, Tensor>
{
    /// <inheritdoc/>
    public Tensor TimesSteps(Tensor vector) => timesSteps(vector);

    /// <inheritdoc/>
    public Tensor Solve(Tensor products) => Times(products, transposed: false);

    /// <inheritdoc/>
    public (Tensor Scaled, Tensor Products) Scale(Tensor gradient, Tensor al)
    {
        Tensor r = diagonal * (gradient - combineChanges(al));
        return (r, timesChanges(r));
    }

    /// <inheritdoc/>
    public Tensor SolveTransposed(Tensor al, Tensor products) =>
        Times(curvatures * al - products, transposed: true);

    /// <inheritdoc/>
    public Tensor Combine(Tensor scaled, Tensor v) => -(scaled + combineSteps(v));

    private Tensor Times(Tensor row, bool transposed) => inverse.Rank == 2
        ? RawOps.MatMul(row, inverse, transposeB: transposed)
        : RawOps.BatchMatMulV2(row, inverse, adjY: transposed);
}

using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>W and the diagonal of R by ops.</summary>
/// <param name="isNew">Which slot is the new one, bool, shape [m].</param>
/// <param name="inverse">W transposed, float64, shape [m, m].</param>
/// <param name="curvatures">The diagonal of R, float64, shape [m].</param>
internal sealed class TracedMatrix(Tensor isNew, Tensor inverse, Tensor curvatures) : ICompactMatrix<Tensor, TracedScalar>
{
    /// <summary>W transposed.</summary>
    public Tensor Inverse { get; private set; } = inverse;

    /// <inheritdoc/>
    public Tensor Curvatures { get; set; } = curvatures;

    /// <inheritdoc/>
    public void ClearColumn() => Inverse = RawOps.SelectV2(isNew, Tensor.Scalar(0.0), Inverse);

    /// <inheritdoc/>
    public Tensor With(Tensor row, TracedScalar number) => RawOps.SelectV2(isNew, number.Tensor, row);

    /// <inheritdoc/>
    public Tensor Solve(Tensor row) => RawOps.MatMul(row, Inverse);

    /// <inheritdoc/>
    public Tensor Divide(Tensor row, TracedScalar divisor) => row / divisor.Tensor;

    /// <inheritdoc/>
    public void Put(Tensor row)
    {
        using Tensor axis = Tensor.Scalar(1);
        Inverse = RawOps.SelectV2(RawOps.ExpandDims(isNew, axis), row, Inverse);
    }
}

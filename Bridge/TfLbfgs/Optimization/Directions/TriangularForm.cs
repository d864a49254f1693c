using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The formulas of the compact inverse in triangular form, see <see cref="PairHistory"/>: S and Y by slots, [m, n]; D, [n] or [1]; W = R^-1
/// transposed, float64, [m, m]; the diagonal of R, float64, [m].
/// Traced or at once.
/// </summary>
internal static class TriangularForm
{
    /// <summary>The products of the rows with a vector, float64, shape [1, m].</summary>
    public static Tensor Products(Tensor rows, Tensor vector)
    {
        using Tensor axis = Tensor.Scalar(0);
        return As(RawOps.MatMul(RawOps.ExpandDims(vector, axis), rows, transposeB: true), DType.Float64);
    }

    /// <summary>The sum of the rows with coefficients, shape [1, m]; shape [n].</summary>
    public static Tensor Combine(Tensor coefficients, Tensor rows) =>
        RawOps.Squeeze(RawOps.MatMul(As(coefficients, rows.DType), rows), [0]);

    /// <summary>The direction.</summary>
    /// <param name="gradient">g, shape [n].</param>
    /// <param name="steps">S.</param>
    /// <param name="changes">Y.</param>
    /// <param name="diagonal">D.</param>
    /// <param name="inverse">W transposed.</param>
    /// <param name="curvatures">The diagonal of R.</param>
    public static Tensor Direction(Tensor gradient, Tensor steps, Tensor changes, Tensor diagonal, Tensor inverse, Tensor curvatures) =>
        Direction(
            new TracedInverse(
                vector => Products(steps, vector), coefficients => Combine(coefficients, steps), vector => Products(changes, vector),
                coefficients => Combine(coefficients, changes), diagonal, inverse, curvatures),
            gradient);

    /// <summary>The direction -H g, as <see cref="PairHistory"/> says.</summary>
    /// <typeparam name="TVector">A vector.</typeparam>
    /// <typeparam name="TRow">A number for each pair.</typeparam>
    /// <param name="inverse">The products.</param>
    /// <param name="gradient">g, shape [n].</param>
    public static TVector Direction<TVector, TRow>(ICompactInverse<TVector, TRow> inverse, TVector gradient)
    {
        TRow al = inverse.Solve(inverse.TimesSteps(gradient));
        (TVector r, TRow products) = inverse.Scale(gradient, al);
        return inverse.Combine(r, inverse.SolveTransposed(al, products));
    }

    /// <summary>Takes the pair of a slot into W and the diagonal of R; the former pair of the slot is dropped.</summary>
    /// <typeparam name="TRow">m numbers, by slots.</typeparam>
    /// <typeparam name="T">A number.</typeparam>
    /// <typeparam name="B">A truth value.</typeparam>
    /// <param name="matrix">Both.</param>
    /// <param name="products">S y; what stands at the slot is not used.</param>
    /// <param name="stepDotChange">s.y</param>
    public static void Extend<TRow, T, B>(ICompactMatrix<TRow, T> matrix, TRow products, T stepDotChange)
        where T : struct, IScalar<T, B>
        where B : struct, ITruth<B>
    {
        matrix.ClearColumn();
        TRow column = matrix.Divide(matrix.Solve(matrix.With(products, 0)), -stepDotChange);
        matrix.Put(matrix.With(column, (T)1 / stepDotChange));
        matrix.Curvatures = matrix.With(matrix.Curvatures, stepDotChange);
    }

    /// <summary>
    /// The next D: the diagonal of the BFGS formula for B = D^-1 (Gilbert and Lemarechal 1989), then its length; or the scalar of the
    /// textbook.
    /// </summary>
    /// <param name="scaling">Which.</param>
    /// <param name="former">D before.</param>
    /// <param name="step">s, shape [n].</param>
    /// <param name="change">y, shape [n].</param>
    /// <param name="stepDotChange">s.y</param>
    /// <param name="changeSquared">y.y</param>
    /// <param name="lengths">The length of D, times y.Dy: see <see cref="LengthShare"/>.</param>
    public static Tensor Rescale(InverseScaling scaling, Tensor former, Tensor step, Tensor change, Tensor stepDotChange,
        Tensor changeSquared, Tensor lengths)
    {
        using Tensor axis = Tensor.Vector([0]);
        DType dtype = step.DType;
        if (scaling == InverseScaling.Scalar)
            return RawOps.ExpandDims(As(stepDotChange / changeSquared, dtype), axis);
        Tensor squaredChange = change * change;
        TracedElements b = DiagonalFormula<TracedElements>.Inverse(
            new(former), new(As(stepDotChange / Total(squaredChange * former), dtype)));
        Tensor image = b.Tensor * step;
        TracedElements learnt = DiagonalFormula<TracedElements>.Learnt(
            b, new(squaredChange), new(image), new(As(1.0 / stepDotChange, dtype)), new(As(1.0 / Total(image * step), dtype)));
        Tensor least = RawOps.Max(learnt.Tensor, axis) * DiagonalFormula<TracedElements>.Least;
        Tensor diagonal = DiagonalFormula<TracedElements>.Diagonal(learnt, new(least)).Tensor;
        return diagonal * As(lengths / Total(squaredChange * diagonal), dtype);
    }
}

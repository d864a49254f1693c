using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Products, adjoints and parts of batches of matrices [..., m, n], as the rules of linear algebra need them.</summary>
internal static class Matrices
{
    /// <summary>The product of two matrices, each conjugated and transposed first where asked for.</summary>
    public static Tensor Multiply(Tensor a, Tensor b, bool adjointA = false, bool adjointB = false) =>
        RawOps.BatchMatMulV2(a, b, adjointA, adjointB);

    /// <summary>The conjugate transpose.</summary>
    public static Tensor Adjoint(Tensor x)
    {
        Tensor permutation = Swap(x);
        return x.DType.IsComplex ? RawOps.ConjugateTranspose(x, permutation) : RawOps.Transpose(x, permutation);
    }

    /// <summary>The transpose, without conjugation.</summary>
    public static Tensor Transpose(Tensor x) => RawOps.Transpose(x, Swap(x));

    /// <summary>A diagonal matrix.</summary>
    public static Tensor Diagonal(Tensor diagonal) => RawOps.MatrixDiag(diagonal);

    /// <summary>The lower triangle with the diagonal.</summary>
    public static Tensor Lower(Tensor x) => RawOps.MatrixBandPart(x, Tensor.Scalar(-1L), Tensor.Scalar(0L));

    /// <summary>The upper triangle with the diagonal.</summary>
    public static Tensor Upper(Tensor x) => RawOps.MatrixBandPart(x, Tensor.Scalar(0L), Tensor.Scalar(-1L));

    /// <summary>A matrix with its diagonal halved, which a symmetrization would count twice.</summary>
    public static Tensor HalveDiagonal(Tensor x) => RawOps.MatrixSetDiag(x, RawOps.MatrixDiagPart(x) * 0.5);

    /// <summary>X R^-H for an upper triangular R.</summary>
    public static Tensor DivideByAdjoint(Tensor x, Tensor upper) => Adjoint(RawOps.MatrixTriangularSolve(upper, Adjoint(x), lower: false));

    /// <summary>One number per matrix, with two dimensions of size 1 for the product with the matrix.</summary>
    public static Tensor PerMatrix(Tensor x) => RawOps.ExpandDims(RawOps.ExpandDims(x, Int32(-1)), Int32(-1));

    /// <summary>Some of the columns.</summary>
    /// <param name="x">The matrices.</param>
    /// <param name="start">The first column, a scalar of int64.</param>
    /// <param name="count">How many, a scalar of int64; -1: all that follow.</param>
    public static Tensor Columns(Tensor x, Tensor start, Tensor count)
    {
        if (x.Shape.HasRank && ConstantValue(start) is [var first] && ConstantValue(count) is [var number])
        {
            long[] from = new long[x.Rank];
            long[] sizes = new long[x.Rank];
            Array.Fill(sizes, -1);
            from[^1] = first;
            sizes[^1] = number;
            return RawOps.Slice(x, Ints(from), Ints(sizes));
        }

        Tensor leading = x.Shape.HasRank ? Ints(x.Rank - 1) : RawOps.Reshape(RawOps.Cast(RawOps.Rank(x), DType.Int64) - 1, Ints(1));
        Tensor begin = RawOps.ConcatV2([RawOps.Fill(leading, Tensor.Scalar(0L)), RawOps.Reshape(start, Ints(1))], Int32(0));
        Tensor size = RawOps.ConcatV2([RawOps.Fill(leading, Tensor.Scalar(-1L)), RawOps.Reshape(count, Ints(1))], Int32(0));
        return RawOps.Slice(x, begin, size);
    }

    /// <summary>The size of a dimension, counted from the end (-1 is the last), as a scalar of int64.</summary>
    public static Tensor Dimension(Tensor x, int fromEnd)
    {
        if (x.Shape.HasRank && x.Shape[x.Rank + fromEnd] >= 0)
            return Tensor.Scalar(x.Shape[x.Rank + fromEnd]);
        Tensor shape = RawOps.Shape(x, DType.Int64);
        Tensor at = x.Shape.HasRank ? Int32(x.Rank + fromEnd) : RawOps.Rank(x) + fromEnd;
        return RawOps.GatherV2(shape, at, Int32(0));
    }

    /// <summary>
    /// The elements moved along a dimension towards smaller indices by a number of places, or towards larger ones where that is negative;
    /// zeros enter.
    /// </summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="axis">The dimension, 0 or above; the rank must be known.</param>
    /// <param name="places">How far.</param>
    public static Tensor Shift(Tensor x, int axis, long places)
    {
        int rank = x.Rank;
        long length = x.Shape[axis];
        long distance = length < 0 ? Math.Abs(places) : Math.Min(Math.Abs(places), length);
        long[] unit = new long[rank];
        unit[axis] = length < 0 ? 1 : distance;
        (Tensor zeros, Tensor all) = (Ints(new long[rank]), Ints([.. Enumerable.Repeat(-1L, rank)]));
        Tensor along = Ints(unit);
        if (length < 0)
            along *= RawOps.Minimum(Dimension(x, axis - rank), Tensor.Scalar(distance));
        return places > 0
            ? RawOps.Pad(RawOps.Slice(x, along, all), RawOps.Pack([zeros, along], 1))
            : RawOps.Pad(RawOps.Slice(x, zeros, ShapeOf(x) - along), RawOps.Pack([along, zeros], 1));
    }

    private static Tensor Swap(Tensor x)
    {
        if (x.Shape.HasRank)
        {
            long[] order = new long[x.Rank];
            for (int i = 0; i < order.Length; i++)
                order[i] = i;
            (order[^2], order[^1]) = (order[^1], order[^2]);
            return Ints(order);
        }

        Tensor rank = RawOps.Rank(x);
        return RawOps.ConcatV2(
            [RawOps.Range(Int32(0), rank - 2, Int32(1)), RawOps.Reshape(rank - 1, Ints(1)), RawOps.Reshape(rank - 2, Ints(1))], Int32(0));
    }
}

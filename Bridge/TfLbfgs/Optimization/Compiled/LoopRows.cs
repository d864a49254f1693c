using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Products with the rows of S or Y in the compiled loop, that stop at the last row in use: short runs never fill a long memory, and a
/// product with rows of zeros costs as much as any. Rows are taken in chunks, each a
/// product of matrix and vector.
/// </summary>
/// <param name="rows">S or Y, shape [m, n].</param>
/// <param name="pairs">m.</param>
/// <param name="used">How many rows are in use, float64, shape [].</param>
internal sealed class LoopRows(Tensor rows, int pairs, Tensor used)
{
    /// <summary>Rows of a chunk. Fewer make more rounds, more make more products with zeros.</summary>
    private const int Chunk = 10;

    /// <summary>Vectors longer than this are not worth it: XLA copies a chunk before it multiplies.</summary>
    private const int LongestVector = 2_000;

    private readonly Tensor _count = RawOps.Cast(RawOps.Ceil(used / Chunk), DType.Int32);
    private readonly Tensor _chunks = pairs > Chunk && pairs % Chunk == 0 && rows.Shape[1] <= LongestVector
        ? RawOps.Reshape(rows, Tensor.From([pairs / Chunk, Chunk, (int)rows.Shape[1]])) : rows;

    private bool IsWhole => ReferenceEquals(_chunks, rows);

    /// <summary>The products of the rows with a vector, float64, shape [1, m].</summary>
    public Tensor Products(Tensor vector)
    {
        if (IsWhole)
            return TriangularForm.Products(rows, vector);
        Tensor[] end = Tf.While(
            s => RawOps.Less(s[0], _count),
            s =>
            {
                Tensor product = TriangularForm.Products(At(s[0]), vector);
                Tensor products = RawOps.XlaDynamicUpdateSlice(s[1], product, RawOps.Pack([s[0], Tensor.Scalar(0)]));
                products.RefineShape(s[1].Shape);
                return [s[0] + 1.0, products];
            },
            [Tensor.Scalar(0), Tensor.Fill([pairs / Chunk, Chunk], 0, DType.Float64)]);
        return RawOps.Reshape(end[1], Tensor.From([1, pairs]));
    }

    /// <summary>The sum of the rows with coefficients, shape [1, m]; shape [n].</summary>
    public Tensor Combine(Tensor coefficients)
    {
        if (IsWhole)
            return TriangularForm.Combine(coefficients, rows);
        Tensor parts = RawOps.Reshape(coefficients, Tensor.From([pairs / Chunk, 1, Chunk]));
        using Tensor axis = Tensor.Scalar(0);
        return Tf.While(
            s => RawOps.Less(s[0], _count),
            s => [s[0] + 1.0, s[1] + TriangularForm.Combine(RawOps.GatherV2(parts, s[0], axis), At(s[0]))],
            [Tensor.Scalar(0), RawOps.Fill(Tensor.From([rows.Shape[1]]), Tensor.Scalar(0, rows.DType))])[1];
    }

    private Tensor At(Tensor chunk)
    {
        using Tensor axis = Tensor.Scalar(0);
        return RawOps.GatherV2(_chunks, chunk, axis);
    }
}

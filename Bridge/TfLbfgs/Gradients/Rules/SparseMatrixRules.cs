using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Matrices of compressed rows (CSR). The gradient of one is such a matrix with the same places: what lies elsewhere is zero whichever
/// happens. Places that a product does not reach keep an explicit zero, so that values and places always fit.
/// </summary>
internal static class SparseMatrixRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Unary(OpNames.DenseToCSRSparseMatrix, (g, x, _) => RawOps.CSRSparseMatrixToDense(g, x.DType));
        rules.Unary(OpNames.CSRSparseMatrixToDense, (g, x, _) =>
        {
            RawOps.CSRSparseMatrixToSparseTensorOutputs places = RawOps.CSRSparseMatrixToSparseTensor(x, g.DType);
            return RawOps.SparseTensorToCSRSparseMatrix(places.Indices, RawOps.GatherNd(g, places.Indices), places.DenseShape);
        });
        rules.Add(OpNames.SparseTensorToCSRSparseMatrix, context => context.Result(
            null, RawOps.CSRSparseMatrixToSparseTensor(context.Upstream, context.Inputs[1].DType).Values));
        rules.Add(OpNames.CSRSparseMatrixToSparseTensor, context => context.Result(
            RawOps.SparseTensorToCSRSparseMatrix(context.Outputs[0], context.UpstreamOf(1), context.Outputs[2])));
        rules.Add(OpNames.SparseMatrixTranspose, context => context.Result(RawOps.SparseMatrixTranspose(
            context.Upstream, context.Get(OpAttributes.SparseMatrixTranspose.Type),
                context.Get(OpAttributes.SparseMatrixTranspose.Conjugate))));
        rules.Add(OpNames.SparseMatrixMatMul, DenseProduct);
        rules.Add(OpNames.SparseMatrixSparseMatMul, SparseProduct);
        rules.NotDifferentiable(OpNames.SparseMatrixZeros);
    }

    /// <summary>
    /// The dtype of the matrix with an identity, by the ops of a tape that take it; null: none of them takes a sparse matrix.
    /// </summary>
    public static DType? DTypeOf(IEnumerable<TapeEntry> entries, long id)
    {
        foreach (TapeEntry entry in entries)
        {
            if (!Array.Exists(entry.Inputs, input => input.Id == id))
                continue;
            switch (entry.Operation.Name)
            {
                case OpNames.CSRSparseMatrixToDense or OpNames.CSRSparseMatrixToSparseTensor or OpNames.SparseMatrixTranspose
                    or OpNames.SparseMatrixSparseMatMul:
                    return entry.Operation.GetAttribute("type").As<DType>();
                case OpNames.SparseMatrixMatMul:
                    return entry.Inputs[1].DType;
            }
        }

        return null;
    }

    /// <summary>The sum of sparse matrices, for which TensorFlow has no kernel on the CPU.</summary>
    public static Tensor Sum(IReadOnlyList<Tensor> matrices, DType dtype)
    {
        RawOps.CSRSparseMatrixToSparseTensorOutputs first = RawOps.CSRSparseMatrixToSparseTensor(matrices[0], dtype);
        (Tensor indices, Tensor values, Tensor shape) = (first.Indices, first.Values, first.DenseShape);
        for (int i = 1; i < matrices.Count; i++)
        {
            RawOps.CSRSparseMatrixToSparseTensorOutputs next = RawOps.CSRSparseMatrixToSparseTensor(matrices[i], dtype);
            RawOps.SparseAddOutputs sum = RawOps.SparseAdd(
                indices, values, shape, next.Indices, next.Values, next.DenseShape,
                    Tensor.Scalar(0, dtype.IsComplex ? dtype.RealPart : dtype));
            (indices, values, shape) = (sum.SumIndices, sum.SumValues, sum.SumShape);
        }

        return RawOps.SparseTensorToCSRSparseMatrix(indices, values, shape);
    }

    /// <summary>C = op(A) op(B), or its transpose, or its conjugate, of a sparse A and a dense B.</summary>
    private static Tensor?[] DenseProduct(RuleContext context)
    {
        (Tensor a, Tensor b, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        if (context.Get(OpAttributes.SparseMatrixMatMul.ConjugateOutput))
            g = Conj(g);
        if (context.Get(OpAttributes.SparseMatrixMatMul.TransposeOutput))
            g = Matrices.Transpose(g);
        bool transposeA = context.Get(OpAttributes.SparseMatrixMatMul.TransposeA),
            adjointA = context.Get(OpAttributes.SparseMatrixMatMul.AdjointA);
        bool transposeB = context.Get(OpAttributes.SparseMatrixMatMul.TransposeB),
            adjointB = context.Get(OpAttributes.SparseMatrixMatMul.AdjointB);
        Tensor? gradientA = null, gradientB = null;
        if (context.Needs(0))
        {
            // The rows of op(B), conjugated.
            Tensor rows = transposeB ? Conj(Matrices.Transpose(b)) : adjointB ? Matrices.Transpose(b) : Conj(b);
            gradientA = AtPlaces(a, g, rows, transposeA || adjointA, adjointA);
        }

        if (context.Needs(1))
        {
            Tensor product = !transposeA && !adjointA ? RawOps.SparseMatrixMatMul(a, g, adjointA: true)
                : transposeA ? Conj(RawOps.SparseMatrixMatMul(a, Conj(g)))
                : RawOps.SparseMatrixMatMul(a, g);
            gradientB = transposeB ? Matrices.Transpose(product) : adjointB ? Matrices.Adjoint(product) : product;
        }

        return context.Result(gradientA, gradientB);
    }

    /// <summary>The products of rows of two dense matrices at the places of a sparse one.</summary>
    private static Tensor AtPlaces(Tensor pattern, Tensor left, Tensor right, bool isTransposed, bool isConjugated)
    {
        RawOps.CSRSparseMatrixToSparseTensorOutputs places = RawOps.CSRSparseMatrixToSparseTensor(pattern, left.DType);
        bool isBatch = left.Rank == 3;
        int row = isBatch ? 1 : 0;
        Tensor products = Rows(left, isTransposed ? row + 1 : row) * Rows(right, isTransposed ? row : row + 1);
        Tensor values = RawOps.Sum(products, Ints(1));
        return RawOps.SparseTensorToCSRSparseMatrix(places.Indices, isConjugated ? Conj(values) : values, places.DenseShape);

        Tensor Rows(Tensor x, int column) =>
            RawOps.GatherNd(x, RawOps.GatherV2(places.Indices, isBatch ? Ints(0, column) : Ints(column), Int32(1)));
    }

    /// <summary>C = op(A) op(B) of sparse matrices.</summary>
    private static Tensor?[] SparseProduct(RuleContext context)
    {
        (Tensor a, Tensor b, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        DType dtype = context.Get(OpAttributes.SparseMatrixSparseMatMul.Type);
        bool transposeA = context.Get(OpAttributes.SparseMatrixSparseMatMul.TransposeA),
            adjointA = context.Get(OpAttributes.SparseMatrixSparseMatMul.AdjointA);
        bool transposeB = context.Get(OpAttributes.SparseMatrixSparseMatMul.TransposeB),
            adjointB = context.Get(OpAttributes.SparseMatrixSparseMatMul.AdjointB);
        Tensor? gradientA = null, gradientB = null;
        if (context.Needs(0))
        {
            Tensor product = !transposeB && !adjointB ? RawOps.SparseMatrixSparseMatMul(g, b, dtype, adjointB: true)
                : transposeB && dtype.IsComplex ? RawOps.SparseMatrixSparseMatMul(g, Adjoint(b, dtype), dtype, transposeB: true)
                : RawOps.SparseMatrixSparseMatMul(g, b, dtype);
            gradientA = AtPlacesOf(a, Undo(product, dtype, transposeA, adjointA), dtype);
        }

        if (context.Needs(1))
        {
            Tensor product = !transposeA && !adjointA ? RawOps.SparseMatrixSparseMatMul(a, g, dtype, adjointA: true)
                : transposeA && dtype.IsComplex ? RawOps.SparseMatrixSparseMatMul(Adjoint(a, dtype), g, dtype, transposeA: true)
                : RawOps.SparseMatrixSparseMatMul(a, g, dtype);
            gradientB = AtPlacesOf(b, Undo(product, dtype, transposeB, adjointB), dtype);
        }

        return context.Result(gradientA, gradientB);
    }

    private static Tensor Adjoint(Tensor matrix, DType dtype) => RawOps.SparseMatrixTranspose(matrix, dtype, conjugate: dtype.IsComplex);

    private static Tensor Undo(Tensor gradient, DType dtype, bool isTransposed, bool isAdjoint) =>
        isTransposed ? RawOps.SparseMatrixTranspose(gradient, dtype) : isAdjoint ? Adjoint(gradient, dtype) : gradient;

    /// <summary>The values of a sparse matrix at the places of another one; zeros where it has none.</summary>
    private static Tensor AtPlacesOf(Tensor pattern, Tensor matrix, DType dtype)
    {
        RawOps.CSRSparseMatrixToSparseTensorOutputs wanted = RawOps.CSRSparseMatrixToSparseTensor(pattern, dtype);
        RawOps.CSRSparseMatrixToSparseTensorOutputs given = RawOps.CSRSparseMatrixToSparseTensor(matrix, dtype);
        // Both stand in the order of rows; the last one of what is given is no place, so that every search ends at one.
        Tensor sizes = RawOps.Cumprod(wanted.DenseShape, Int32(0), exclusive: true, reverse: true);
        Tensor at = RawOps.Sum(wanted.Indices * sizes, Ints(1));
        Tensor from = RawOps.ConcatV2([RawOps.Sum(given.Indices * sizes, Ints(1)), Ints(long.MaxValue)], Int32(0));
        Tensor values = RawOps.ConcatV2([given.Values, RawOps.Reshape(Tensor.Scalar(0, dtype), Ints(1))], Int32(0));
        Tensor place = RawOps.LowerBound(RawOps.ExpandDims(from, Int32(0)), RawOps.ExpandDims(at, Int32(0)));
        place = RawOps.Reshape(place, Ints(-1));
        Tensor found = RawOps.GatherV2(values, place, Int32(0));
        Tensor kept = RawOps.SelectV2(RawOps.Equal(RawOps.GatherV2(from, place, Int32(0)), at), found, RawOps.ZerosLike(found));
        return RawOps.SparseTensorToCSRSparseMatrix(wanted.Indices, kept, wanted.DenseShape);
    }
}

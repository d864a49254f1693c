using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Embeddings: rows of a table by their indices.</content>
    public static partial class NN
    {
        /// <summary>Rows of a table. Python: <c>tf.nn.embedding_lookup</c>.</summary>
        /// <param name="table">The table, shape [rows, ...].</param>
        /// <param name="ids">Which rows, int32 or int64, of any shape.</param>
        /// <param name="maxNorm">The largest Euclidean norm of a row, to which longer ones are shortened; null: none.</param>
        /// <returns>The rows, shape [ids..., ...].</returns>
        public static Tensor EmbeddingLookup(Tensor table, Tensor ids, double? maxNorm = null)
        {
            ArgumentNullException.ThrowIfNull(table);
            ArgumentNullException.ThrowIfNull(ids);
            if (maxNorm is not { } norm)
                return Gather(table, ids);
            return Scoped(() =>
            {
                Tensor rows = Gather(table, ids);
                if (rows.Rank < 0 || ids.Rank < 0)
                    throw new TfLbfgsException(
                        $"Tf.NN.EmbeddingLookup: expected tensors of known rank with maxNorm, received {table.Describe()} and "
                        + $"{ids.Describe()}.");
                return ClipByNorm(rows, norm, [.. Enumerable.Range(ids.Rank, rows.Rank - ids.Rank)]);
            });
        }

        /// <summary>
        /// Sums or means of rows of a table, one for each row of a sparse matrix of indices. Python: <c>tf.nn.embedding_lookup_sparse</c>.
        /// </summary>
        /// <param name="table">The table, shape [rows, ...].</param>
        /// <param name="ids">Which rows, a sparse matrix without empty rows, shape [batch, n].</param>
        /// <param name="weights">The weight of each index, sparse in the same places; null: 1.</param>
        /// <param name="combiner"><c>mean</c>, the default: divided by the sum of the weights; <c>sqrtn</c>: by the root of the sum of
        /// their squares; <c>sum</c>.</param>
        /// <param name="maxNorm">The largest Euclidean norm of a row; null: none.</param>
        /// <returns>The combined rows, shape [batch, ...].</returns>
        public static Tensor EmbeddingLookupSparse(Tensor table, SparseTensor ids, SparseTensor? weights = null, string combiner = "mean",
            double? maxNorm = null)
        {
            ArgumentNullException.ThrowIfNull(table);
            ArgumentNullException.ThrowIfNull(ids);
            if (combiner is not ("mean" or "sqrtn" or "sum"))
                throw new TfLbfgsException(
                    $"Tf.NN.EmbeddingLookupSparse: expected the combiner mean, sqrtn or sum, received '{combiner}'.");
            return Scoped(() =>
            {
                Tensor segments = ids.Indices[TensorIndex.Ellipsis, 0];
                if (weights is null)
                {
                    (Tensor rows, Tensor at) = (table, ids.Values);
                    if (maxNorm is not null)
                    {
                        RawOps.UniqueOutputs unique = RawOps.Unique(ids.Values);
                        (rows, at) = (EmbeddingLookup(table, unique.Y, maxNorm), unique.Idx);
                    }

                    return combiner switch
                    {
                        "sum" => RawOps.SparseSegmentSum(rows, at, segments),
                        "mean" => RawOps.SparseSegmentMean(rows, at, segments),
                        _ => RawOps.SparseSegmentSqrtN(rows, at, segments),
                    };
                }

                return InFloat32(table.DType, convert =>
                {
                    Tensor rows = convert(EmbeddingLookup(table, ids.Values, maxNorm));
                    Tensor factors = Reshape(Cast(weights.Values, rows.DType), [-1, .. Enumerable.Repeat(1, rows.Rank - 1)]);
                    Tensor sum = RawOps.SegmentSum(rows * factors, segments);
                    return combiner switch
                    {
                        "sum" => sum,
                        "mean" => RawOps.DivNoNan(sum, RawOps.SegmentSum(factors, segments)),
                        _ => RawOps.DivNoNan(sum, RawOps.Sqrt(RawOps.SegmentSum(RawOps.Square(factors), segments))),
                    };
                });
            });
        }

        /// <summary>
        /// As <see cref="EmbeddingLookupSparse"/>, also with empty rows, negative indices and weights that are not positive, which are left
        /// out. Python: <c>tf.nn.safe_embedding_lookup_sparse</c>.
        /// </summary>
        /// <param name="table">The table, shape [rows, n].</param>
        /// <param name="ids">Which rows, sparse, shape [..., m].</param>
        /// <param name="weights">The weight of each index, sparse in the same places; null: 1.</param>
        /// <param name="combiner"><c>mean</c>, the default, <c>sqrtn</c> or <c>sum</c>.</param>
        /// <param name="defaultId">The index that an empty row has; null: its result is zero.</param>
        /// <param name="maxNorm">The largest Euclidean norm of a row; null: none.</param>
        /// <returns>The combined rows, shape [..., n].</returns>
        public static Tensor SafeEmbeddingLookupSparse(
            Tensor table, SparseTensor ids, SparseTensor? weights = null, string combiner = "mean", long? defaultId = null,
                double? maxNorm = null)
        {
            ArgumentNullException.ThrowIfNull(table);
            ArgumentNullException.ThrowIfNull(ids);
            return Scoped(() =>
            {
                Tensor outer = ids.DenseShape[..^1];
                Tensor rows = RawOps.Prod(outer, Tensor.Scalar(0));
                RawOps.SparseReshapeOutputs flat =
                    RawOps.SparseReshape(ids.Indices, ids.DenseShape, RawOps.Pack([rows, ids.DenseShape[^1]]));
                Tensor valid = ids.Values >= 0;
                if (weights is not null && combiner != "sum")
                    valid = RawOps.LogicalAnd(valid, weights.Values > 0);
                Tensor kept = Reshape(RawOps.Where(valid), [-1]);
                Tensor at = Gather(flat.OutputIndices, kept);
                RawOps.SparseFillEmptyRowsOutputs filled = RawOps.SparseFillEmptyRows(
                    at, Gather(ids.Values, kept), flat.OutputShape, Tensor.Scalar(defaultId ?? 0, ids.Values.DType));
                SparseTensor filledIds = new(filled.OutputIndices, filled.OutputValues, flat.OutputShape);
                SparseTensor? filledWeights = weights is null
                    ? null
                    : new(
                        filled.OutputIndices,
                        RawOps.SparseFillEmptyRows(at, Gather(weights.Values, kept), flat.OutputShape,
                            Tensor.Scalar(1, weights.Values.DType)).OutputValues,
                        flat.OutputShape);
                Tensor result = EmbeddingLookupSparse(table, filledIds, filledWeights, combiner, maxNorm);
                if (defaultId is null)
                    result = RawOps.SelectV2(ExpandDims(filled.EmptyRowIndicator, -1), RawOps.ZerosLike(result), result);
                return RawOps.Reshape(result, Concat([outer, RawOps.Shape(result, DType.Int64)[1..]], 0));
            });
        }
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Matrix products, and <see cref="Linalg"/>.</content>
public static partial class Tf
{
    /// <summary>The matrix product of the last two dimensions; the others broadcast. Python: <c>tf.matmul</c>.</summary>
    /// <param name="a">The left factor, shape [..., n, k].</param>
    /// <param name="b">The right factor, shape [..., k, m].</param>
    /// <param name="transposeA">Whether the left factor is transposed before.</param>
    /// <param name="transposeB">Whether the right factor is transposed before.</param>
    /// <returns>The product, shape [..., n, m].</returns>
    public static Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Rank == 2 && b.Rank == 2)
            return RawOps.MatMul(a, b, transposeA, transposeB);
        if (!a.DType.IsComplex)
            return RawOps.BatchMatMulV2(a, b, transposeA, transposeB);
        // The batch op takes adjoints: a transpose is the adjoint of the conjugate.
        return Scoped(() => RawOps.BatchMatMulV2(transposeA ? RawOps.Conj(a) : a, transposeB ? RawOps.Conj(b) : b, transposeA, transposeB));
    }

    /// <summary>A sum of products of elements, by index letters. Python: <c>tf.einsum</c>.</summary>
    /// <param name="equation">Such as <c>bij,bjk-&gt;bik</c>; with one or two operands.</param>
    /// <param name="operands">The tensors.</param>
    /// <returns>The result.</returns>
    public static Tensor Einsum(string equation, params Tensor[] operands)
    {
        ArgumentException.ThrowIfNullOrEmpty(equation);
        return RawOps.Einsum(operands, equation.Replace(" ", "", StringComparison.Ordinal));
    }

    /// <summary>Matrices. Leading dimensions are batches. Python: <c>tf.linalg</c>.</summary>
    public static class Linalg
    {
        /// <summary>A matrix with given elements on its diagonal. Python: <c>tf.linalg.diag</c>.</summary>
        /// <param name="diagonal">The elements, shape [..., n].</param>
        /// <returns>The matrix, shape [..., n, n].</returns>
        public static Tensor Diag(Tensor diagonal) => RawOps.MatrixDiag(diagonal);

        /// <summary>The elements on the main diagonal. Python: <c>tf.linalg.diag_part</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <returns>The elements, shape [..., min(n, m)].</returns>
        public static Tensor DiagPart(Tensor matrix) => RawOps.MatrixDiagPart(matrix);

        /// <summary>The sum of the main diagonal. Python: <c>tf.linalg.trace</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <returns>The sum, shape [...].</returns>
        public static Tensor Trace(Tensor matrix) => Scoped(() => ReduceSum(RawOps.MatrixDiagPart(matrix), -1));

        /// <summary>The unit matrix. Python: <c>tf.eye</c>.</summary>
        /// <param name="size">The number of rows and columns.</param>
        /// <param name="dtype">The dtype; default float32.</param>
        /// <returns>The matrix, shape [size, size].</returns>
        public static Tensor Eye(int size, DType dtype = DType.Float32) => Scoped(() => RawOps.MatrixDiag(Ones(new long[] { size }, dtype)));

        /// <summary>The matrix without what lies outside a band. Python: <c>tf.linalg.band_part</c>.</summary>
        /// <param name="matrix">The matrix.</param>
        /// <param name="lower">How many diagonals below the main one stay; negative: all.</param>
        /// <param name="upper">How many diagonals above the main one stay; negative: all.</param>
        /// <returns>The band.</returns>
        public static Tensor BandPart(Tensor matrix, int lower, int upper) =>
            Scoped(() => RawOps.MatrixBandPart(matrix, Tensor.Scalar((long)lower), Tensor.Scalar((long)upper)));

        /// <summary>Exchanges the last two dimensions. Python: <c>tf.linalg.matrix_transpose</c>.</summary>
        /// <param name="matrix">The matrix, of known rank.</param>
        /// <returns>The transposed matrix.</returns>
        public static Tensor MatrixTranspose(Tensor matrix)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            if (matrix.Rank < 2)
                throw new TfLbfgsException($"Tf.Linalg.MatrixTranspose: expected a tensor of at least two dimensions, received {matrix.Describe()}.");
            int[] order = [.. Enumerable.Range(0, matrix.Rank)];
            (order[^2], order[^1]) = (order[^1], order[^2]);
            return Transpose(matrix, order);
        }

        /// <summary>The product of matrices and vectors. Python: <c>tf.linalg.matvec</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, k].</param>
        /// <param name="vector">The vector, shape [..., k].</param>
        /// <param name="transpose">Whether the matrix is transposed before.</param>
        /// <returns>The product, shape [..., n].</returns>
        public static Tensor MatVec(Tensor matrix, Tensor vector, bool transpose = false) =>
            Scoped(() => Squeeze(MatMul(matrix, ExpandDims(vector, -1), transpose), -1));

        /// <summary>A vector norm over all elements or some dimensions. Python: <c>tf.linalg.norm</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="order">1, 2 (the default), infinity, or any positive number.</param>
        /// <param name="axes">The dimensions; null: all.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <returns>The norm.</returns>
        public static Tensor Norm(Tensor x, double order = 2, int[]? axes = null, bool keepDims = false) => Tf.Norm(x, order, axes, keepDims);
    }
}

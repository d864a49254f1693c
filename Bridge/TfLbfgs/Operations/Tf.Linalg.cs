using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>Matrices. Leading dimensions are batches. Python: <c>tf.linalg</c>.</summary>
    public static partial class Linalg
    {
        /// <summary>The sum of the main diagonal. Python: <c>tf.linalg.trace</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <returns>The sum, shape [...].</returns>
        public static Tensor Trace(Tensor matrix) => Scoped(() => ReduceSum(RawOps.MatrixDiagPart(matrix), -1));

        /// <summary>The matrix without what lies outside a band. Python: <c>tf.linalg.band_part</c>.</summary>
        /// <param name="matrix">The matrix.</param>
        /// <param name="lower">How many diagonals below the main one stay; negative: all.</param>
        /// <param name="upper">How many diagonals above the main one stay; negative: all.</param>
        /// <returns>The band.</returns>
        public static Tensor BandPart(Tensor matrix, int lower, int upper) =>
            Scoped(() => RawOps.MatrixBandPart(matrix, Tensor.Scalar((long)lower), Tensor.Scalar((long)upper)));

        /// <summary>Exchanges the last two dimensions. Python: <c>tf.linalg.matrix_transpose</c>.</summary>
        /// <param name="matrix">The matrix, of known rank.</param>
        /// <param name="conjugate">Whether complex elements are conjugated.</param>
        /// <returns>The transposed matrix.</returns>
        public static Tensor MatrixTranspose(Tensor matrix, bool conjugate = false)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            if (matrix.Rank < 2)
                throw new TfLbfgsException(
                    $"Tf.Linalg.MatrixTranspose: expected a tensor of at least two dimensions, received {matrix.Describe()}.");
            int[] order = [.. Enumerable.Range(0, matrix.Rank)];
            (order[^2], order[^1]) = (order[^1], order[^2]);
            return Transpose(matrix, order, conjugate);
        }

        /// <summary>The product of matrices and vectors. Python: <c>tf.linalg.matvec</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, k].</param>
        /// <param name="vector">The vector, shape [..., k].</param>
        /// <param name="transpose">Whether the matrix is transposed before.</param>
        /// <param name="adjoint">Whether the matrix is transposed and conjugated before.</param>
        /// <returns>The product, shape [..., n].</returns>
        public static Tensor MatVec(Tensor matrix, Tensor vector, bool transpose = false, bool adjoint = false) =>
            Scoped(() => Squeeze(MatMul(matrix, ExpandDims(vector, -1), transpose, adjointA: adjoint), -1));

        /// <summary>The transposed and conjugated matrix. Python: <c>tf.linalg.adjoint</c>.</summary>
        /// <param name="matrix">The matrix, of known rank.</param>
        /// <returns>The adjoint matrix.</returns>
        public static Tensor Adjoint(Tensor matrix) => Scoped(() => MatrixTranspose(Math.Conj(matrix)));

        /// <summary>The cross product of vectors of three dimensions. Python: <c>tf.linalg.cross</c>.</summary>
        /// <param name="a">The first vector, shape [..., 3].</param>
        /// <param name="b">The second vector, of the same shape.</param>
        /// <returns>The product.</returns>
        public static Tensor Cross(Tensor a, Tensor b) => RawOps.Cross(a, b);

        /// <inheritdoc cref="Tf.Eye"/>
        public static Tensor Eye(int rows, int? columns = null, Shape? batchShape = null, DType dtype = DType.Float32) =>
            Tf.Eye(rows, columns, batchShape, dtype);

        /// <inheritdoc cref="Tf.MatMul"/>
        public static Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false, bool adjointA = false,
            bool adjointB = false) =>
            Tf.MatMul(a, b, transposeA, transposeB, adjointA, adjointB);

        /// <inheritdoc cref="Tf.Einsum"/>
        public static Tensor Einsum(string equation, params Tensor[] operands) => Tf.Einsum(equation, operands);

        /// <inheritdoc cref="Tf.TensorDot(Tensor, Tensor, int)"/>
        public static Tensor TensorDot(Tensor a, Tensor b, int axes) => Tf.TensorDot(a, b, axes);

        /// <inheritdoc cref="Tf.TensorDot(Tensor, Tensor, int[], int[])"/>
        public static Tensor TensorDot(Tensor a, Tensor b, int[] axesA, int[] axesB) => Tf.TensorDot(a, b, axesA, axesB);
    }
}

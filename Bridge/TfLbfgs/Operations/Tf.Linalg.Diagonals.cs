using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Diagonals. Diagonal 0 is the main one, positive ones stand above it.</content>
    public static partial class Linalg
    {
        /// <summary>A matrix with given elements on its diagonal. Python: <c>tf.linalg.diag</c>.</summary>
        /// <param name="diagonal">The elements, shape [..., n].</param>
        /// <returns>The matrix, shape [..., n, n].</returns>
        public static Tensor Diag(Tensor diagonal) => RawOps.MatrixDiag(diagonal);

        /// <summary>A matrix with given elements on a band of diagonals. Python: <c>tf.linalg.diag</c> with <c>k</c>.</summary>
        /// <param name="diagonal">The elements: shape [..., n] for one diagonal, [..., diagonals, n] for several, the uppermost
        /// first.</param>
        /// <param name="lower">The lowest diagonal.</param>
        /// <param name="upper">The uppermost diagonal; null: the lowest.</param>
        /// <param name="rows">The number of rows; -1: as few as fit.</param>
        /// <param name="columns">The number of columns; -1: as few as fit.</param>
        /// <param name="padding">What stands elsewhere; default 0.</param>
        /// <param name="align">On which side shorter diagonals stand: <c>RIGHT_LEFT</c>, the default (those above on the right),
        /// <c>LEFT_RIGHT</c>, <c>LEFT_LEFT</c> or <c>RIGHT_RIGHT</c>.</param>
        /// <returns>The matrix, shape [..., rows, columns].</returns>
        public static Tensor Diag(Tensor diagonal, int lower, int? upper = null, int rows = -1, int columns = -1, double padding = 0,
            string align = "RIGHT_LEFT")
        {
            ArgumentNullException.ThrowIfNull(diagonal);
            return Scoped(() =>
                RawOps.MatrixDiagV3(diagonal, Band(lower, upper), Tensor.Scalar(rows), Tensor.Scalar(columns),
                Tensor.Scalar(padding, diagonal.DType), align));
        }

        /// <summary>The elements on the main diagonal. Python: <c>tf.linalg.diag_part</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <returns>The elements, shape [..., min(n, m)].</returns>
        public static Tensor DiagPart(Tensor matrix) => RawOps.MatrixDiagPart(matrix);

        /// <summary>The elements on a band of diagonals. Python: <c>tf.linalg.diag_part</c> with <c>k</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <param name="lower">The lowest diagonal.</param>
        /// <param name="upper">The uppermost diagonal; null: the lowest.</param>
        /// <param name="padding">What fills shorter diagonals; default 0.</param>
        /// <param name="align">On which side shorter diagonals stand; default <c>RIGHT_LEFT</c>.</param>
        /// <returns>The elements, shape [..., length] or [..., diagonals, length].</returns>
        public static Tensor DiagPart(Tensor matrix, int lower, int? upper = null, double padding = 0, string align = "RIGHT_LEFT")
        {
            ArgumentNullException.ThrowIfNull(matrix);
            return Scoped(() => RawOps.MatrixDiagPartV3(matrix, Band(lower, upper), Tensor.Scalar(padding, matrix.DType), align));
        }

        /// <summary>A copy of a matrix with other elements on its diagonals. Python: <c>tf.linalg.set_diag</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <param name="diagonal">The elements.</param>
        /// <param name="lower">The lowest diagonal; default the main one.</param>
        /// <param name="upper">The uppermost diagonal; null: the lowest.</param>
        /// <param name="align">On which side shorter diagonals stand; default <c>RIGHT_LEFT</c>.</param>
        /// <returns>The matrix.</returns>
        public static Tensor SetDiag(Tensor matrix, Tensor diagonal, int lower = 0, int? upper = null, string align = "RIGHT_LEFT") =>
            Scoped(() => RawOps.MatrixSetDiagV3(matrix, diagonal, Band(lower, upper), align));

        /// <summary>
        /// A tensor of twice as many dimensions whose elements stand where both halves of the indices agree. Python:
        /// <c>tf.linalg.tensor_diag</c>.
        /// </summary>
        /// <param name="diagonal">The elements, shape [d1, ..., dn].</param>
        /// <returns>The tensor, shape [d1, ..., dn, d1, ..., dn].</returns>
        public static Tensor TensorDiag(Tensor diagonal) => RawOps.Diag(diagonal);

        /// <summary>The elements of a tensor where both halves of the indices agree. Python: <c>tf.linalg.tensor_diag_part</c>.</summary>
        /// <param name="x">The tensor, shape [d1, ..., dn, d1, ..., dn].</param>
        /// <returns>The elements, shape [d1, ..., dn].</returns>
        public static Tensor TensorDiagPart(Tensor x) => RawOps.DiagPart(x);

        /// <summary>The product of tridiagonal matrices and matrices. Python: <c>tf.linalg.tridiagonal_matmul</c>.</summary>
        /// <param name="diagonals">The diagonals, shape [..., 3, n]: above (its last element is not used), main, below (its first element
        /// is not used); or whole matrices, with <paramref name="isMatrix"/>.</param>
        /// <param name="rhs">The right factor, shape [..., n, m].</param>
        /// <param name="isMatrix">Whether the diagonals are given as whole matrices, shape [..., n, n].</param>
        /// <returns>The product, shape [..., n, m].</returns>
        public static Tensor TridiagonalMatMul(Tensor diagonals, Tensor rhs, bool isMatrix = false)
        {
            ArgumentNullException.ThrowIfNull(diagonals);
            return Scoped(() =>
            {
                Tensor three = Compact(diagonals, isMatrix);
                return RawOps.TridiagonalMatMul(
                    three[TensorIndex.Ellipsis, 0..1, ..], three[TensorIndex.Ellipsis, 1..2, ..],
                        three[TensorIndex.Ellipsis, 2..3, ..], rhs);
            });
        }

        /// <summary>Solves tridiagonal systems. Python: <c>tf.linalg.tridiagonal_solve</c>.</summary>
        /// <param name="diagonals">The diagonals, shape [..., 3, n]: above (its last element is not used), main, below (its first element
        /// is not used); or whole matrices, with <paramref name="isMatrix"/>.</param>
        /// <param name="rhs">The right-hand sides, shape [..., n] or [..., n, m].</param>
        /// <param name="isMatrix">Whether the diagonals are given as whole matrices, shape [..., n, n].</param>
        /// <param name="partialPivoting">Whether rows are exchanged for stability; default yes.</param>
        /// <param name="perturbSingular">Whether a singular matrix is perturbed rather than refused; default no.</param>
        /// <returns>The solutions, of the shape of the right-hand sides.</returns>
        public static Tensor TridiagonalSolve(Tensor diagonals, Tensor rhs, bool isMatrix = false, bool partialPivoting = true,
            bool perturbSingular = false)
        {
            ArgumentNullException.ThrowIfNull(diagonals);
            ArgumentNullException.ThrowIfNull(rhs);
            return Scoped(() =>
            {
                Tensor three = Compact(diagonals, isMatrix);
                return rhs.Rank == three.Rank - 1
                    ? Squeeze(RawOps.TridiagonalSolve(three, ExpandDims(rhs, -1), partialPivoting, perturbSingular), -1)
                    : RawOps.TridiagonalSolve(three, rhs, partialPivoting, perturbSingular);
            });
        }

        /// <summary>Solves triangular systems with a band. Python: <c>tf.linalg.banded_triangular_solve</c>.</summary>
        /// <param name="bands">The diagonals, shape [..., diagonals, n]: the main one first for lower matrices, last for upper
        /// ones.</param>
        /// <param name="rhs">The right-hand sides, shape [..., n, m].</param>
        /// <param name="lower">Whether the matrices are lower ones; default yes.</param>
        /// <param name="adjoint">Whether they are transposed and conjugated before.</param>
        /// <returns>The solutions, shape [..., n, m].</returns>
        public static Tensor BandedTriangularSolve(Tensor bands, Tensor rhs, bool lower = true, bool adjoint = false) =>
            RawOps.BandedTriangularSolve(bands, rhs, lower, adjoint);

        private static Tensor Compact(Tensor diagonals, bool isMatrix) =>
            isMatrix ? DiagPart(diagonals, -1, 1, align: "LEFT_RIGHT") : diagonals;

        private static Tensor Band(int lower, int? upper) =>
            upper is { } top && top != lower ? Tensor.From([lower, top]) : Tensor.Scalar(lower);
    }
}

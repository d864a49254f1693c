using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Decompositions, and the systems that they solve.</content>
    public static partial class Linalg
    {
        /// <summary>The inverse of matrices. Python: <c>tf.linalg.inv</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, n].</param>
        /// <param name="adjoint">Whether it is transposed and conjugated before.</param>
        /// <returns>The inverse.</returns>
        public static Tensor Inv(Tensor matrix, bool adjoint = false) => RawOps.MatrixInverse(matrix, adjoint);

        /// <summary>The determinant of matrices. Python: <c>tf.linalg.det</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, n].</param>
        /// <returns>The determinant, shape [...].</returns>
        public static Tensor Det(Tensor matrix) => RawOps.MatrixDeterminant(matrix);

        /// <summary>The sign of the determinant, and the logarithm of its absolute value. Python: <c>tf.linalg.slogdet</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, n].</param>
        /// <returns>Both, shape [...].</returns>
        public static (Tensor Sign, Tensor LogAbsDeterminant) Slogdet(Tensor matrix)
        {
            RawOps.LogMatrixDeterminantOutputs determinant = RawOps.LogMatrixDeterminant(matrix);
            return (determinant.Sign, determinant.LogAbsDeterminant);
        }

        /// <summary>The logarithm of the determinant of positive definite matrices. Python: <c>tf.linalg.logdet</c>.</summary>
        /// <param name="matrix">The matrix, Hermitian, shape [..., n, n].</param>
        /// <returns>The logarithm, real, shape [...].</returns>
        public static Tensor Logdet(Tensor matrix) =>
            Scoped(() => ReduceSum(RawOps.Log(Math.Real(RawOps.MatrixDiagPart(RawOps.Cholesky(matrix)))), -1) * 2);

        /// <summary>Solves systems of linear equations. Python: <c>tf.linalg.solve</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, n].</param>
        /// <param name="rhs">The right-hand sides, shape [..., n, m].</param>
        /// <param name="adjoint">Whether the matrix is transposed and conjugated before.</param>
        /// <returns>The solutions, shape [..., n, m].</returns>
        public static Tensor Solve(Tensor matrix, Tensor rhs, bool adjoint = false) => RawOps.MatrixSolve(matrix, rhs, adjoint);

        /// <summary>Solves triangular systems. Python: <c>tf.linalg.triangular_solve</c>.</summary>
        /// <param name="matrix">The matrix, of which only a triangle is read, shape [..., n, n].</param>
        /// <param name="rhs">The right-hand sides, shape [..., n, m].</param>
        /// <param name="lower">Whether the lower triangle is read, the default, or the upper one.</param>
        /// <param name="adjoint">Whether the matrix is transposed and conjugated before.</param>
        /// <returns>The solutions, shape [..., n, m].</returns>
        public static Tensor TriangularSolve(Tensor matrix, Tensor rhs, bool lower = true, bool adjoint = false) =>
            RawOps.MatrixTriangularSolve(matrix, rhs, lower, adjoint);

        /// <summary>
        /// The lower triangular matrix whose product with its adjoint is a positive definite one. Python: <c>tf.linalg.cholesky</c>.
        /// </summary>
        /// <param name="matrix">The matrix, Hermitian, shape [..., n, n].</param>
        /// <returns>The factor.</returns>
        public static Tensor Cholesky(Tensor matrix) => RawOps.Cholesky(matrix);

        /// <summary>Solves systems by the Cholesky factor of their matrix. Python: <c>tf.linalg.cholesky_solve</c>.</summary>
        /// <param name="factor">The factor, shape [..., n, n].</param>
        /// <param name="rhs">The right-hand sides, shape [..., n, m].</param>
        /// <returns>The solutions, shape [..., n, m].</returns>
        public static Tensor CholeskySolve(Tensor factor, Tensor rhs) =>
            Scoped(() => RawOps.MatrixTriangularSolve(factor, RawOps.MatrixTriangularSolve(factor, rhs), adjoint: true));

        /// <summary>The least-squares solutions of systems, with an optional penalty λ |x|². Python: <c>tf.linalg.lstsq</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, k].</param>
        /// <param name="rhs">The right-hand sides, shape [..., n, m].</param>
        /// <param name="l2Regularizer">λ; default 0.</param>
        /// <param name="fast">Whether by the normal equations, the default, which need full rank, or by a complete orthogonal
        /// decomposition, which takes no penalty and has no gradient.</param>
        /// <returns>The solutions, shape [..., k, m]: the shortest ones where there are several.</returns>
        public static Tensor Lstsq(Tensor matrix, Tensor rhs, double l2Regularizer = 0, bool fast = true)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            if (!fast)
                return Scoped(() => RawOps.MatrixSolveLs(matrix, rhs, Tensor.Scalar(l2Regularizer), fast: false));
            if (matrix.Rank < 2 || matrix.Shape[^1] < 0 || matrix.Shape[^2] < 0)
                throw new TfLbfgsException($"Tf.Linalg.Lstsq: expected a matrix of known size, received {matrix.Describe()}.");
            bool isTall = matrix.Shape[^2] >= matrix.Shape[^1];
            return Scoped(() =>
            {
                Tensor gram = Tf.MatMul(matrix, matrix, adjointA: isTall, adjointB: !isTall);
                if (l2Regularizer != 0)
                    gram += Eye((int)gram.Shape[^1], dtype: gram.DType) * l2Regularizer;
                Tensor factor = RawOps.Cholesky(gram);
                return isTall
                    ? CholeskySolve(factor, Tf.MatMul(matrix, rhs, adjointA: true))
                    : Tf.MatMul(matrix, CholeskySolve(factor, rhs), adjointA: true);
            });
        }

        /// <summary>The decomposition into triangular factors with exchange of rows. Python: <c>tf.linalg.lu</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, n].</param>
        /// <param name="indexType">Int32, the default, or Int64.</param>
        /// <returns>The factors in one matrix, without the ones on the diagonal of the lower one; and the row of the matrix that each row
        /// of the product is, shape [..., n].</returns>
        public static (Tensor LowerUpper, Tensor Permutation) Lu(Tensor matrix, DType indexType = DType.Int32)
        {
            RawOps.LuOutputs lu = RawOps.Lu(matrix, indexType);
            return (lu.Lu, lu.P);
        }

        /// <summary>Solves systems by the triangular factors of their matrix. Python: <c>tf.linalg.lu_solve</c>.</summary>
        /// <param name="lowerUpper">The factors, as <see cref="Lu"/> gives them, of known rank.</param>
        /// <param name="permutation">The permutation.</param>
        /// <param name="rhs">The right-hand sides, shape [..., n, m].</param>
        /// <returns>The solutions, shape [..., n, m].</returns>
        public static Tensor LuSolve(Tensor lowerUpper, Tensor permutation, Tensor rhs) => Scoped(() =>
        {
            Tensor ordered = Gather(rhs, permutation, permutation.Rank - 1, permutation.Rank - 1);
            return RawOps.MatrixTriangularSolve(lowerUpper, RawOps.MatrixTriangularSolve(UnitLower(lowerUpper), ordered), lower: false);
        });

        /// <summary>The inverse of a matrix by its triangular factors. Python: <c>tf.linalg.lu_matrix_inverse</c>.</summary>
        /// <param name="lowerUpper">The factors, as <see cref="Lu"/> gives them, of known rank.</param>
        /// <param name="permutation">The permutation.</param>
        /// <returns>The inverse, shape [..., n, n].</returns>
        public static Tensor LuMatrixInverse(Tensor lowerUpper, Tensor permutation)
        {
            ArgumentNullException.ThrowIfNull(lowerUpper);
            return Scoped(() =>
                LuSolve(lowerUpper, permutation,
                RawOps.MatrixSetDiag(RawOps.ZerosLike(lowerUpper), RawOps.OnesLike(RawOps.MatrixDiagPart(lowerUpper)))));
        }

        /// <summary>The matrix that given triangular factors are those of. Python: <c>tf.linalg.lu_reconstruct</c>.</summary>
        /// <param name="lowerUpper">The factors, as <see cref="Lu"/> gives them, of known rank.</param>
        /// <param name="permutation">The permutation.</param>
        /// <returns>The matrix, shape [..., n, n].</returns>
        public static Tensor LuReconstruct(Tensor lowerUpper, Tensor permutation)
        {
            ArgumentNullException.ThrowIfNull(permutation);
            return Scoped(() =>
            {
                Tensor product = Tf.MatMul(UnitLower(lowerUpper), BandPart(lowerUpper, 0, -1));
                return Gather(product, ArgSort(permutation), permutation.Rank - 1, permutation.Rank - 1);
            });
        }

        /// <summary>
        /// The decomposition into a matrix of orthonormal columns and an upper triangular one. Python: <c>tf.linalg.qr</c>.
        /// </summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <param name="fullMatrices">Whether the first factor is square; default no.</param>
        /// <returns>Both factors.</returns>
        public static (Tensor Q, Tensor R) Qr(Tensor matrix, bool fullMatrices = false)
        {
            RawOps.QrOutputs qr = RawOps.Qr(matrix, fullMatrices);
            return (qr.Q, qr.R);
        }

        /// <summary>The singular value decomposition. Python: <c>tf.linalg.svd</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <param name="fullMatrices">Whether the matrices of singular vectors are square; default no.</param>
        /// <returns>The singular values, real, from the largest, shape [..., min(n, m)], and the left and right singular vectors in
        /// columns.</returns>
        public static (Tensor Values, Tensor Left, Tensor Right) Svd(Tensor matrix, bool fullMatrices = false)
        {
            using TensorScope scope = new();
            RawOps.SvdOutputs svd = RawOps.Svd(matrix, computeUv: true, fullMatrices);
            return (scope.Keep(svd.S.DType.IsComplex ? Math.Real(svd.S) : svd.S), scope.Keep(svd.U), scope.Keep(svd.V));
        }

        /// <summary>The singular values of matrices. Python: <c>tf.linalg.svd(compute_uv=False)</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <returns>The values, real, from the largest, shape [..., min(n, m)].</returns>
        public static Tensor Svdvals(Tensor matrix) => Scoped(() => SingularValues(matrix));

        /// <summary>Eigenvalues and eigenvectors of Hermitian matrices. Python: <c>tf.linalg.eigh</c>.</summary>
        /// <param name="matrix">The matrix, of which the lower triangle is read, shape [..., n, n].</param>
        /// <returns>The values, from the smallest, shape [..., n], and the vectors in columns.</returns>
        public static (Tensor Eigenvalues, Tensor Eigenvectors) Eigh(Tensor matrix)
        {
            RawOps.SelfAdjointEigV2Outputs eigen = RawOps.SelfAdjointEigV2(matrix);
            return (eigen.E, eigen.V);
        }

        /// <summary>Eigenvalues of Hermitian matrices. Python: <c>tf.linalg.eigvalsh</c>.</summary>
        /// <param name="matrix">The matrix, of which the lower triangle is read, shape [..., n, n].</param>
        /// <returns>The values, from the smallest, shape [..., n].</returns>
        public static Tensor Eigvalsh(Tensor matrix) => Scoped(() => RawOps.SelfAdjointEigV2(matrix, computeV: false).E);

        /// <summary>Eigenvalues and eigenvectors of matrices. Python: <c>tf.linalg.eig</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, n].</param>
        /// <returns>The values, complex, in any order, shape [..., n], and the vectors in columns.</returns>
        public static (Tensor Eigenvalues, Tensor Eigenvectors) Eig(Tensor matrix)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            RawOps.EigOutputs eigen = RawOps.Eig(matrix, ComplexOf(matrix.DType));
            return (eigen.E, eigen.V);
        }

        /// <summary>Eigenvalues of matrices. Python: <c>tf.linalg.eigvals</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, n].</param>
        /// <returns>The values, complex, in any order, shape [..., n].</returns>
        public static Tensor Eigvals(Tensor matrix)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            return Scoped(() => RawOps.Eig(matrix, ComplexOf(matrix.DType), computeV: false).E);
        }

        /// <summary>Eigenvalues of a Hermitian tridiagonal matrix. Python: <c>tf.linalg.eigh_tridiagonal</c>.</summary>
        /// <param name="alpha">The main diagonal, real, shape [n].</param>
        /// <param name="beta">The diagonal above it, shape [n - 1].</param>
        /// <param name="first">The index of the first value that is wanted, from the smallest; default 0.</param>
        /// <param name="last">The index of the last value that is wanted; null: n - 1.</param>
        /// <returns>The values, from the smallest.</returns>
        /// <remarks>They are computed from the whole matrix, in n² memory; Python bisects.</remarks>
        public static Tensor EighTridiagonal(Tensor alpha, Tensor beta, int first = 0, int? last = null)
        {
            ArgumentNullException.ThrowIfNull(alpha);
            ArgumentNullException.ThrowIfNull(beta);
            return Scoped(() =>
            {
                // The lower triangle is the one that is read.
                Tensor matrix = Diag(alpha) + Diag(Math.Conj(beta), -1);
                Tensor values = Math.Real(RawOps.SelfAdjointEigV2(matrix, computeV: false).E);
                return values[TensorIndex.Slice(first, last is { } end ? end + 1 : null)];
            });
        }

        private static Tensor UnitLower(Tensor lowerUpper) =>
            RawOps.MatrixSetDiag(BandPart(lowerUpper, -1, 0), RawOps.OnesLike(RawOps.MatrixDiagPart(lowerUpper)));

        private static DType ComplexOf(DType dtype) => dtype is DType.Float64 or DType.Complex128 ? DType.Complex128 : DType.Complex64;
    }
}

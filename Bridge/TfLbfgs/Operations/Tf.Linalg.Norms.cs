using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Norms, and what is made of them.</content>
    public static partial class Linalg
    {
        /// <summary>A norm of vectors or, over two dimensions, of matrices. Python: <c>tf.norm</c>, <c>tf.linalg.norm</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="order">
        /// 2, the default: the root of the sum of squares. For vectors also 1, infinity, or any positive number; for matrices 1 (the
        /// largest sum of a column) or infinity (of a row). The spectral norm is
        /// <see cref="SpectralNorm"/>.
        /// </param>
        /// <param name="axes">The dimensions: one for vectors, two for matrices; null: all, as one vector.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <returns>The norm, real also for complex tensors; its gradient at zero is not a number, as in Python.</returns>
        public static Tensor Norm(Tensor x, double order = 2, int[]? axes = null, bool keepDims = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            bool isMatrix = axes?.Length == 2;
            if (!(order > 0) || (isMatrix && order is not (1 or 2 or double.PositiveInfinity)))
                throw new TfLbfgsException(
                    $"Tf.Norm: expected {(isMatrix ? "the order 1, 2 or infinity" : "a positive order")}, received {order}.");
            return Scoped(() => order switch
            {
                2 => RawOps.Sqrt(ReduceSum(RawOps.Square(Modulus(x)), axes, keepDims)),
                1 when isMatrix => LargestSum(x, axes![0], axes[1], keepDims),
                1 => ReduceSum(Modulus(x), axes, keepDims),
                double.PositiveInfinity when isMatrix => LargestSum(x, axes![1], axes[0], keepDims),
                double.PositiveInfinity => ReduceMax(Modulus(x), axes, keepDims),
                _ => RawOps.Pow(ReduceSum(PowerOf(Modulus(x), order), axes, keepDims), Tensor.Scalar(1 / order, RealOf(x.DType))),
            });
        }

        /// <inheritdoc cref="Norm(Tensor, double, int[], bool)"/>
        /// <param name="x">The tensor.</param>
        /// <param name="axis">The dimension of the vectors.</param>
        /// <param name="order">2, the default, 1, infinity, or any positive number.</param>
        /// <param name="keepDims">Whether it stays, with size 1.</param>
        public static Tensor Norm(Tensor x, int axis, double order = 2, bool keepDims = false) => Norm(x, order, [axis], keepDims);

        /// <summary>The largest singular value of matrices. Python: <c>tf.linalg.norm(x, ord=2, axis=[-2, -1])</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <returns>The norm, shape [...].</returns>
        public static Tensor SpectralNorm(Tensor matrix) => Scoped(() => ReduceMax(SingularValues(matrix), -1));

        /// <summary>A tensor divided by its norm. Python: <c>tf.linalg.normalize</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="order">As in <see cref="Norm(Tensor, double, int[], bool)"/>; default 2.</param>
        /// <param name="axes">The dimensions; null: all.</param>
        /// <returns>The normalized tensor, and the norm with the dimensions kept.</returns>
        public static (Tensor Normalized, Tensor Norm) Normalize(Tensor x, double order = 2, int[]? axes = null)
        {
            ArgumentNullException.ThrowIfNull(x);
            return ScopedPair(() =>
            {
                Tensor norm = Norm(x, order, axes, keepDims: true);
                return (x / Cast(norm, x.DType), norm);
            });
        }

        /// <summary>The Euclidean norm of all elements of several tensors. Python: <c>tf.linalg.global_norm</c>.</summary>
        /// <param name="tensors">The tensors.</param>
        /// <returns>The norm, shape [].</returns>
        public static Tensor GlobalNorm(params IReadOnlyList<Tensor> tensors)
        {
            ArgumentNullException.ThrowIfNull(tensors);
            return Scoped(() => RawOps.Sqrt(ReduceSum(RawOps.Pack([.. tensors.Select(tensor => RawOps.L2Loss(tensor))])) * 2));
        }

        /// <inheritdoc cref="NN.L2Normalize(Tensor, int[], double)"/>
        public static Tensor L2Normalize(Tensor x, int[]? axes = null, double epsilon = 1e-12) => NN.L2Normalize(x, axes, epsilon);

        /// <summary>The rank of matrices: how many singular values exceed a tolerance. Python: <c>tf.linalg.matrix_rank</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <param name="tolerance">The tolerance; null: the largest singular value times max(n, m) times the precision of the
        /// dtype.</param>
        /// <returns>The rank, int32, shape [...].</returns>
        public static Tensor MatrixRank(Tensor matrix, double? tolerance = null) => Scoped(() =>
        {
            Tensor values = SingularValues(matrix);
            Tensor least = tolerance is { } given
                ? Tensor.Scalar(given, values.DType)
                : ReduceMax(values, -1, keepDims: true) * LargestSide(matrix) * Precision(values.DType);
            return ReduceSum(RawOps.Cast(RawOps.Greater(values, least), DType.Int32), -1);
        });

        /// <summary>The Moore-Penrose inverse of matrices. Python: <c>tf.linalg.pinv</c>.</summary>
        /// <param name="matrix">The matrix, shape [..., n, m].</param>
        /// <param name="relativeTolerance">The part of the largest singular value below which one counts as zero; null: 10 max(n, m) times
        /// the precision of the dtype.</param>
        /// <returns>The inverse, shape [..., m, n].</returns>
        public static Tensor Pinv(Tensor matrix, double? relativeTolerance = null)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            return Scoped(() =>
            {
                RawOps.SvdOutputs svd = RawOps.Svd(matrix);
                Tensor values = svd.S.DType.IsComplex ? Math.Real(svd.S) : svd.S;
                Tensor largest = ReduceMax(values, -1, keepDims: true);
                Tensor cutoff = relativeTolerance is { } given
                    ? largest * given : largest * LargestSide(matrix) * (10 * Precision(values.DType));
                Tensor kept = RawOps.SelectV2(RawOps.Greater(values, cutoff), values, Tensor.Scalar(double.PositiveInfinity, values.DType));
                return Tf.MatMul(svd.V / Cast(ExpandDims(kept, -2), matrix.DType), svd.U, adjointB: true);
            });
        }

        private static Tensor LargestSum(Tensor x, int summed, int compared, bool keepDims)
        {
            Tensor largest = ReduceMax(ReduceSum(Modulus(x), summed, keepDims: true), compared, keepDims: true);
            return keepDims ? largest : Squeeze(largest, summed, compared);
        }

        private static Tensor SingularValues(Tensor matrix)
        {
            Tensor values = RawOps.Svd(matrix, computeUv: false).S;
            return values.DType.IsComplex ? Math.Real(values) : values;
        }

        private static Tensor LargestSide(Tensor matrix)
        {
            Tensor shape = RawOps.Shape(matrix);
            return RawOps.Cast(RawOps.Maximum(shape[^1], shape[^2]), RealOf(matrix.DType));
        }

        private static double Precision(DType dtype) => dtype switch
        {
            DType.Float64 => 2.220446049250313e-16,
            DType.Float16 => 0.0009765625,
            _ => 1.1920928955078125e-07,
        };
    }
}

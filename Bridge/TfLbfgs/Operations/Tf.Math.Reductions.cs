using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>The reductions that Python has both in <c>tf</c> and in <c>tf.math</c>, and those that it has here only.</content>
    public static partial class Math
    {
        /// <inheritdoc cref="Tf.ReduceAll(Tensor, int[], bool)"/>
        public static Tensor ReduceAll(Tensor x, int[]? axes = null, bool keepDims = false) => Tf.ReduceAll(x, axes, keepDims);

        /// <inheritdoc cref="Tf.ReduceAll(Tensor, int, bool)"/>
        public static Tensor ReduceAll(Tensor x, int axis, bool keepDims = false) => Tf.ReduceAll(x, axis, keepDims);

        /// <inheritdoc cref="Tf.ReduceAny(Tensor, int[], bool)"/>
        public static Tensor ReduceAny(Tensor x, int[]? axes = null, bool keepDims = false) => Tf.ReduceAny(x, axes, keepDims);

        /// <inheritdoc cref="Tf.ReduceAny(Tensor, int, bool)"/>
        public static Tensor ReduceAny(Tensor x, int axis, bool keepDims = false) => Tf.ReduceAny(x, axis, keepDims);

        /// <inheritdoc cref="Tf.ReduceMax(Tensor, int[], bool)"/>
        public static Tensor ReduceMax(Tensor x, int[]? axes = null, bool keepDims = false) => Tf.ReduceMax(x, axes, keepDims);

        /// <inheritdoc cref="Tf.ReduceMax(Tensor, int, bool)"/>
        public static Tensor ReduceMax(Tensor x, int axis, bool keepDims = false) => Tf.ReduceMax(x, axis, keepDims);

        /// <inheritdoc cref="Tf.ReduceMean(Tensor, int[], bool)"/>
        public static Tensor ReduceMean(Tensor x, int[]? axes = null, bool keepDims = false) => Tf.ReduceMean(x, axes, keepDims);

        /// <inheritdoc cref="Tf.ReduceMean(Tensor, int, bool)"/>
        public static Tensor ReduceMean(Tensor x, int axis, bool keepDims = false) => Tf.ReduceMean(x, axis, keepDims);

        /// <inheritdoc cref="Tf.ReduceMin(Tensor, int[], bool)"/>
        public static Tensor ReduceMin(Tensor x, int[]? axes = null, bool keepDims = false) => Tf.ReduceMin(x, axes, keepDims);

        /// <inheritdoc cref="Tf.ReduceMin(Tensor, int, bool)"/>
        public static Tensor ReduceMin(Tensor x, int axis, bool keepDims = false) => Tf.ReduceMin(x, axis, keepDims);

        /// <inheritdoc cref="Tf.ReduceProd(Tensor, int[], bool)"/>
        public static Tensor ReduceProd(Tensor x, int[]? axes = null, bool keepDims = false) => Tf.ReduceProd(x, axes, keepDims);

        /// <inheritdoc cref="Tf.ReduceProd(Tensor, int, bool)"/>
        public static Tensor ReduceProd(Tensor x, int axis, bool keepDims = false) => Tf.ReduceProd(x, axis, keepDims);

        /// <inheritdoc cref="Tf.ReduceSum(Tensor, int[], bool)"/>
        public static Tensor ReduceSum(Tensor x, int[]? axes = null, bool keepDims = false) => Tf.ReduceSum(x, axes, keepDims);

        /// <inheritdoc cref="Tf.ReduceSum(Tensor, int, bool)"/>
        public static Tensor ReduceSum(Tensor x, int axis, bool keepDims = false) => Tf.ReduceSum(x, axis, keepDims);

        /// <inheritdoc cref="Tf.ReduceLogSumExp(Tensor, int[], bool)"/>
        public static Tensor ReduceLogSumExp(Tensor x, int[]? axes = null, bool keepDims = false) => Tf.ReduceLogSumExp(x, axes, keepDims);

        /// <inheritdoc cref="Tf.ReduceLogSumExp(Tensor, int, bool)"/>
        public static Tensor ReduceLogSumExp(Tensor x, int axis, bool keepDims = false) => Tf.ReduceLogSumExp(x, axis, keepDims);

        /// <summary>The root of the sum of squares. Python: <c>tf.math.reduce_euclidean_norm</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="axes">The dimensions; null: all.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <returns>The norms; integers are rounded down.</returns>
        public static Tensor ReduceEuclideanNorm(Tensor x, int[]? axes = null, bool keepDims = false) =>
            Reduce(RawOps.EuclideanNorm, x, axes, keepDims);

        /// <inheritdoc cref="ReduceEuclideanNorm(Tensor, int[], bool)"/>
        /// <param name="x">The tensor.</param>
        /// <param name="axis">The dimension.</param>
        /// <param name="keepDims">Whether it stays, with size 1.</param>
        public static Tensor ReduceEuclideanNorm(Tensor x, int axis, bool keepDims = false) => ReduceEuclideanNorm(x, [axis], keepDims);

        /// <summary>The mean of the squared distances from the mean. Python: <c>tf.math.reduce_variance</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="axes">The dimensions; null: all.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <returns>The variances, real also for complex numbers.</returns>
        public static Tensor ReduceVariance(Tensor x, int[]? axes = null, bool keepDims = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (!x.DType.IsDifferentiable)
                throw new TfLbfgsException(
                    $"Tf.Math.ReduceVariance: expected a floating-point or complex tensor, received {x.Describe()}. Cast it first.");
            return Scoped(() =>
            {
                Tensor distance = x - Tf.ReduceMean(x, axes, keepDims: true);
                Tensor squares = x.DType.IsComplex
                    ? RawOps.Real(RawOps.Mul(RawOps.Conj(distance), distance), RealOf(x.DType)) : RawOps.Square(distance);
                return Tf.ReduceMean(squares, axes, keepDims);
            });
        }

        /// <inheritdoc cref="ReduceVariance(Tensor, int[], bool)"/>
        /// <param name="x">The tensor.</param>
        /// <param name="axis">The dimension.</param>
        /// <param name="keepDims">Whether it stays, with size 1.</param>
        public static Tensor ReduceVariance(Tensor x, int axis, bool keepDims = false) => ReduceVariance(x, [axis], keepDims);

        /// <summary>The root of the variance. Python: <c>tf.math.reduce_std</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="axes">The dimensions; null: all.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <returns>The standard deviations, real also for complex numbers.</returns>
        public static Tensor ReduceStd(Tensor x, int[]? axes = null, bool keepDims = false) =>
            Scoped(() => RawOps.Sqrt(ReduceVariance(x, axes, keepDims)));

        /// <inheritdoc cref="ReduceStd(Tensor, int[], bool)"/>
        /// <param name="x">The tensor.</param>
        /// <param name="axis">The dimension.</param>
        /// <param name="keepDims">Whether it stays, with size 1.</param>
        public static Tensor ReduceStd(Tensor x, int axis, bool keepDims = false) => ReduceStd(x, [axis], keepDims);

        /// <summary>How many elements are not zero. Python: <c>tf.math.count_nonzero</c>.</summary>
        /// <param name="x">The tensor, of numbers, truth values or strings (of which the empty one counts as zero).</param>
        /// <param name="axes">The dimensions; null: all.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <param name="dtype">The dtype of the counts; default int64.</param>
        /// <returns>The counts.</returns>
        public static Tensor CountNonzero(Tensor x, int[]? axes = null, bool keepDims = false, DType dtype = DType.Int64)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Scoped(() =>
            {
                Tensor zero = x.DType == DType.String ? Constant("") : Tensor.Scalar(0, x.DType);
                return Cast(Tf.ReduceSum(RawOps.Cast(RawOps.NotEqual(x, zero), DType.Int64), axes, keepDims), dtype);
            });
        }

        /// <summary>The part of elements that are zero. Python: <c>tf.math.zero_fraction</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The fraction, float32, shape [].</returns>
        public static Tensor ZeroFraction(Tensor x) => Scoped(() =>
        {
            Tensor size = RawOps.Size(x, DType.Int64);
            return RawOps.Cast(size - CountNonzero(x), DType.Float32) / RawOps.Cast(size, DType.Float32);
        });

        /// <inheritdoc cref="Tf.ArgMax(Tensor, int, DType)"/>
        public static Tensor ArgMax(Tensor x, int axis = 0, DType outputType = DType.Int64) => Tf.ArgMax(x, axis, outputType);

        /// <inheritdoc cref="Tf.ArgMin(Tensor, int, DType)"/>
        public static Tensor ArgMin(Tensor x, int axis = 0, DType outputType = DType.Int64) => Tf.ArgMin(x, axis, outputType);

        /// <inheritdoc cref="Tf.AddN(IReadOnlyList{Tensor})"/>
        public static Tensor AddN(params IReadOnlyList<Tensor> tensors) => Tf.AddN(tensors);

        /// <summary>The sum of any number of tensors of one shape. Python: <c>tf.math.accumulate_n</c>.</summary>
        /// <param name="tensors">The tensors.</param>
        /// <returns>The sum.</returns>
        public static Tensor AccumulateN(params IReadOnlyList<Tensor> tensors) => Tf.AddN(tensors);

        /// <inheritdoc cref="NN.L2Normalize(Tensor, int[], double)"/>
        public static Tensor L2Normalize(Tensor x, int[]? axes = null, double epsilon = 1e-12) => NN.L2Normalize(x, axes, epsilon);
    }
}

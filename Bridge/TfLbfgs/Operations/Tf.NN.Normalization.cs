using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Moments, and what makes tensors of unit scale.</content>
    public static partial class NN
    {
        /// <summary>Mean and variance over some dimensions. Python: <c>tf.nn.moments</c>.</summary>
        /// <param name="x">The tensor; float16 is computed in float32.</param>
        /// <param name="axes">The dimensions.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <returns>Both.</returns>
        public static (Tensor Mean, Tensor Variance) Moments(Tensor x, int[] axes, bool keepDims = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            return ScopedPair(() =>
            {
                Tensor y = x.DType == DType.Float16 ? RawOps.Cast(x, DType.Float32) : x;
                Tensor mean = ReduceMean(y, axes, keepDims: true);
                // Python stops the gradient at the mean, whose own part is 0 in the first derivative but not in the second.
                Tensor variance = ReduceMean(RawOps.SquaredDifference(y, mean), axes, keepDims: true);
                return (Finish(mean, axes, keepDims, x.DType), Finish(variance, axes, keepDims, x.DType));
            });
        }

        /// <summary>
        /// Mean and variance over some dimensions, where each element counts as often as its weight says. Python:
        /// <c>tf.nn.weighted_moments</c>.
        /// </summary>
        /// <param name="x">The tensor; float16 is computed in float32.</param>
        /// <param name="axes">The dimensions.</param>
        /// <param name="frequencyWeights">The weights, which broadcast to the tensor.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <returns>Both; 0 where the weights sum to 0.</returns>
        public static (Tensor Mean, Tensor Variance) WeightedMoments(Tensor x, int[] axes, Tensor frequencyWeights, bool keepDims = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(frequencyWeights);
            return ScopedPair(() =>
            {
                Tensor y = x.DType == DType.Float16 ? RawOps.Cast(x, DType.Float32) : x;
                Tensor weights = frequencyWeights.DType == y.DType ? frequencyWeights : RawOps.Cast(frequencyWeights, y.DType);
                Tensor total = ReduceSum(weights + RawOps.ZerosLike(y), axes, keepDims: true);
                Tensor mean = RawOps.DivNoNan(ReduceSum(weights * y, axes, keepDims: true), total);
                Tensor variance = RawOps.DivNoNan(ReduceSum(weights * RawOps.SquaredDifference(y, mean), axes, keepDims: true), total);
                return (Finish(mean, axes, keepDims, x.DType), Finish(variance, axes, keepDims, x.DType));
            });
        }

        /// <summary>
        /// What <see cref="NormalizeMoments"/> makes mean and variance of, and which may be summed over batches before. Python:
        /// <c>tf.nn.sufficient_statistics</c>.
        /// </summary>
        /// <param name="x">The tensor.</param>
        /// <param name="axes">The dimensions.</param>
        /// <param name="shift">A guess of the mean, against cancellation; null: none.</param>
        /// <param name="keepDims">Whether the dimensions stay, with size 1.</param>
        /// <returns>The number of elements, shape []; the sums of the elements and of their squares, after subtraction of the shift; the
        /// shift.</returns>
        public static (Tensor Count, Tensor Sum, Tensor SumOfSquares, Tensor? Shift) SufficientStatistics(Tensor x, int[] axes,
            Tensor? shift = null, bool keepDims = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(axes);
            using TensorScope scope = new();
            int[] distinct = [.. axes.Distinct()];
            Tensor count = x.Rank >= 0 && Array.TrueForAll(distinct, axis => x.Shape[axis] >= 0)
                ? Tensor.Scalar(distinct.Aggregate(1L, (product, axis) => product * x.Shape[axis]), x.DType)
                : RawOps.Prod(RawOps.GatherV2(RawOps.Cast(RawOps.Shape(x), x.DType), PositiveAxes(x, distinct), Tensor.Scalar(0)),
                    Tensor.Scalar(0));
            Tensor sum = ReduceSum(shift is null ? x : x - shift, distinct, keepDims);
            Tensor squares = ReduceSum(shift is null ? RawOps.Square(x) : RawOps.SquaredDifference(x, shift), distinct, keepDims);
            return (scope.Keep(count), scope.Keep(sum), scope.Keep(squares), shift);
        }

        /// <summary>
        /// Mean and variance of the sums that <see cref="SufficientStatistics"/> gives. Python: <c>tf.nn.normalize_moments</c>.
        /// </summary>
        /// <param name="count">The number of elements, shape [].</param>
        /// <param name="sum">The sum of the elements less the shift.</param>
        /// <param name="sumOfSquares">The sum of the squares of the elements less the shift.</param>
        /// <param name="shift">The shift; null: none.</param>
        /// <returns>Both.</returns>
        public static (Tensor Mean, Tensor Variance) NormalizeMoments(Tensor count, Tensor sum, Tensor sumOfSquares, Tensor? shift) =>
            ScopedPair(() =>
        {
            Tensor divisor = RawOps.Reciprocal(count);
            Tensor shifted = sum * divisor;
            return (shift is null ? shifted : shifted + shift, sumOfSquares * divisor - RawOps.Square(shifted));
        });

        /// <summary>(x - mean) scale / √(variance + ε) + offset. Python: <c>tf.nn.batch_normalization</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="mean">The mean, which broadcasts.</param>
        /// <param name="variance">The variance, which broadcasts.</param>
        /// <param name="offset">β, which broadcasts; null: 0.</param>
        /// <param name="scale">γ, which broadcasts; null: 1.</param>
        /// <param name="varianceEpsilon">ε.</param>
        /// <returns>The normalized tensor, of the tensor's dtype and shape.</returns>
        public static Tensor BatchNormalization(Tensor x, Tensor mean, Tensor variance, Tensor? offset, Tensor? scale,
            double varianceEpsilon)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Scoped(() =>
            {
                Tensor inverse = RawOps.Rsqrt(variance + varianceEpsilon);
                if (scale is not null)
                    inverse *= scale;
                Tensor shift = offset is null ? -mean * inverse : offset - mean * inverse;
                return inverse.DType == x.DType ? x * inverse + shift : x * RawOps.Cast(inverse, x.DType) + RawOps.Cast(shift, x.DType);
            });
        }

        /// <summary>Batch normalization whose scale is optional. Python: <c>tf.nn.batch_norm_with_global_normalization</c>.</summary>
        /// <param name="input">The tensor.</param>
        /// <param name="mean">The mean, which broadcasts.</param>
        /// <param name="variance">The variance, which broadcasts.</param>
        /// <param name="beta">The offset, which broadcasts.</param>
        /// <param name="gamma">The scale, which broadcasts.</param>
        /// <param name="varianceEpsilon">What is added to the variance.</param>
        /// <param name="scaleAfterNormalization">Whether the scale is applied.</param>
        /// <returns>The normalized tensor.</returns>
        public static Tensor BatchNormWithGlobalNormalization(
            Tensor input, Tensor mean, Tensor variance, Tensor beta, Tensor gamma, double varianceEpsilon, bool scaleAfterNormalization) =>
            BatchNormalization(input, mean, variance, beta, scaleAfterNormalization ? gamma : null, varianceEpsilon);

        /// <summary>
        /// The tensor divided by its Euclidean norm along some dimensions, which is at least √ε. Python: <c>tf.nn.l2_normalize</c>.
        /// </summary>
        /// <param name="x">The tensor, real or complex.</param>
        /// <param name="axes">The dimensions; null: all.</param>
        /// <param name="epsilon">The least square of the norm; default 1e-12.</param>
        /// <returns>The normalized tensor.</returns>
        public static Tensor L2Normalize(Tensor x, int[]? axes = null, double epsilon = 1e-12)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Scoped(() =>
            {
                if (!x.DType.IsComplex)
                    return x * RawOps.Rsqrt(Maximum(ReduceSum(RawOps.Square(x), axes, keepDims: true), epsilon));
                (Tensor real, Tensor imaginary) = (Math.Real(x), Math.Imag(x));
                Tensor inverse =
                    RawOps.Rsqrt(Maximum(ReduceSum(RawOps.Square(real) + RawOps.Square(imaginary), axes, keepDims: true), epsilon));
                return RawOps.Complex(real * inverse, imaginary * inverse, x.DType);
            });
        }

        /// <inheritdoc cref="L2Normalize(Tensor, int[], double)"/>
        /// <param name="x">The tensor, real or complex.</param>
        /// <param name="axis">The dimension.</param>
        /// <param name="epsilon">The least square of the norm; default 1e-12.</param>
        public static Tensor L2Normalize(Tensor x, int axis, double epsilon = 1e-12) => L2Normalize(x, [axis], epsilon);

        /// <summary>
        /// Each element divided by (bias + α Σ x²)^β, summed over the neighbouring channels. Python:
        /// <c>tf.nn.local_response_normalization</c>.
        /// </summary>
        /// <param name="x">The tensor, shape [batch, height, width, channels].</param>
        /// <param name="depthRadius">How many channels on each side are summed; default 5.</param>
        /// <param name="bias">The offset; default 1.</param>
        /// <param name="alpha">α; default 1.</param>
        /// <param name="beta">β; default 0.5.</param>
        /// <returns>The normalized tensor.</returns>
        public static Tensor LocalResponseNormalization(Tensor x, int depthRadius = 5, float bias = 1, float alpha = 1,
            float beta = 0.5f) =>
            RawOps.LRN(x, depthRadius, bias, alpha, beta);

        /// <inheritdoc cref="LocalResponseNormalization(Tensor, int, float, float, float)"/>
        /// <remarks>The short name. Python: <c>tf.nn.lrn</c>.</remarks>
        public static Tensor Lrn(Tensor x, int depthRadius = 5, float bias = 1, float alpha = 1, float beta = 0.5f) =>
            LocalResponseNormalization(x, depthRadius, bias, alpha, beta);

        /// <summary>Drops the reduced dimensions of a moment unless they stay, and gives it the dtype asked for.</summary>
        private static Tensor Finish(Tensor moment, int[] axes, bool keepDims, DType dtype)
        {
            Tensor shaped = keepDims ? moment : RawOps.Squeeze(moment, Widen(axes));
            return shaped.DType == dtype ? shaped : RawOps.Cast(shaped, dtype);
        }

        private static Tensor PositiveAxes(Tensor x, int[] axes)
        {
            Tensor at = Tensor.From(axes);
            return RawOps.SelectV2(at < 0, at + RawOps.Rank(x), at);
        }
    }
}

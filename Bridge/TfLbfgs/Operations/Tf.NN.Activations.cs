using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>Activations, losses, normalizations, convolutions and pooling. Python: <c>tf.nn</c>.</summary>
    public static partial class NN
    {
        /// <summary>max(x, 0). Python: <c>tf.nn.relu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Relu(Tensor x) => RawOps.Relu(x);

        /// <summary>min(max(x, 0), 6). Python: <c>tf.nn.relu6</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Relu6(Tensor x) => RawOps.Relu6(x);

        /// <summary>The relu of x and of -x, joined along a dimension. Python: <c>tf.nn.crelu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="axis">The dimension, which doubles; default the last.</param>
        /// <returns>The result.</returns>
        public static Tensor Crelu(Tensor x, int axis = -1) => Scoped(() => RawOps.Relu(Concat([x, RawOps.Neg(x)], axis)));

        /// <summary>x, eˣ - 1 where negative. Python: <c>tf.nn.elu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Elu(Tensor x) => RawOps.Elu(x);

        /// <summary>The scaled elu of self-normalizing networks. Python: <c>tf.nn.selu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Selu(Tensor x) => RawOps.Selu(x);

        /// <summary>log(1 + eˣ). Python: <c>tf.nn.softplus</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Softplus(Tensor x) => RawOps.Softplus(x);

        /// <summary>x / (1 + |x|). Python: <c>tf.nn.softsign</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Softsign(Tensor x) => RawOps.Softsign(x);

        /// <summary>1 / (1 + e⁻ˣ). Python: <c>tf.nn.sigmoid</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Sigmoid(Tensor x) => RawOps.Sigmoid(x);

        /// <summary>Hyperbolic tangent. Python: <c>tf.nn.tanh</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Tanh(Tensor x) => RawOps.Tanh(x);

        /// <summary>x, α x where negative. Python: <c>tf.nn.leaky_relu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="alpha">The slope for negative x; default 0.2.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor LeakyRelu(Tensor x, float alpha = 0.2f) => RawOps.LeakyRelu(x, alpha);

        /// <summary>x Φ(x) with the normal distribution Φ. Python: <c>tf.nn.gelu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="approximate">Whether Φ is approximated by a hyperbolic tangent; default no.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        /// <remarks>As in Python the constants 0.044715 and √½ have float32 precision also where the tensor is float64.</remarks>
        // The constants are those of float32 for every dtype, as tf.nn.gelu has them: so models have been trained with them.
        public static Tensor Gelu(Tensor x, bool approximate = false) => Scoped(() => approximate
            ? x * 0.5 * (RawOps.Tanh((x + PowerOf(x, 3) * 0.044715f) * 0.7978845608028654) + 1)
            : x * 0.5 * RawOps.Erfc(x * -0.7071067811865476f));

        /// <summary>x sigmoid(x). Python: <c>tf.nn.silu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Silu(Tensor x) => Scoped(() => x * RawOps.Sigmoid(x));

        /// <summary>x sigmoid(β x). Python: <c>tf.nn.silu</c> with <c>beta</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="beta">β.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Silu(Tensor x, double beta) => Scoped(() => x * RawOps.Sigmoid(x * beta));

        /// <summary>x sigmoid(β x), by the name of the paper. Python: <c>tf.nn.swish</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="beta">β; default 1.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Swish(Tensor x, double beta = 1) => beta == 1 ? Silu(x) : Silu(x, beta);

        /// <summary>eˣ divided by its sum along a dimension. Python: <c>tf.nn.softmax</c>.</summary>
        /// <param name="x">The tensor, of at least one dimension.</param>
        /// <param name="axis">The dimension; default the last.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Softmax(Tensor x, int axis = -1) => AlongLast(RawOps.Softmax, x, axis);

        /// <summary>The logarithm of the softmax. Python: <c>tf.nn.log_softmax</c>.</summary>
        /// <param name="x">The tensor, of at least one dimension.</param>
        /// <param name="axis">The dimension; default the last.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor LogSoftmax(Tensor x, int axis = -1) => AlongLast(RawOps.LogSoftmax, x, axis);

        /// <summary>Adds a vector to the dimension of the channels. Python: <c>tf.nn.bias_add</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="bias">The vector, shape [channels].</param>
        /// <param name="dataFormat"><c>N...C</c>, the default, where the channels are last, or <c>NC...</c>, where they are second.</param>
        /// <returns>The sum, of the tensor's shape.</returns>
        public static Tensor BiasAdd(Tensor x, Tensor bias, string dataFormat = "NHWC") =>
            RawOps.BiasAdd(x, bias, ChannelsFirst(dataFormat) ? "NCHW" : "NHWC");

        /// <summary>
        /// The best monotone fit of each row in the sense of least squares, and the segments on which it is constant. Python:
        /// <c>tf.nn.isotonic_regression</c>.
        /// </summary>
        /// <param name="x">The tensor, shape [..., n].</param>
        /// <param name="decreasing">Whether the fit falls, the default, or rises.</param>
        /// <param name="axis">The dimension; default the last.</param>
        /// <returns>The fit, of the tensor's shape, float64 for dtypes wider than float32, and the index of each element's segment,
        /// int32.</returns>
        public static (Tensor Output, Tensor Segments) IsotonicRegression(Tensor x, bool decreasing = true, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(x);
            DType dtype = x.DType switch
            {
                DType.Float32 or DType.Float16 or DType.BFloat16 => x.DType,
                DType.Int8 or DType.Int16 => DType.Float32,
                _ => DType.Float64,
            };
            return ScopedPair(() =>
            {
                int[]? order = x.Rank < 2 || axis == -1 || axis == x.Rank - 1 ? null : SwapWithLast(x, axis);
                Tensor last = order is null ? x : Transpose(x, order);
                Tensor shape = RawOps.Shape(last);
                Tensor rows = Reshape(last, RawOps.ConcatV2([Tensor.Scalar(-1)[TensorIndex.NewAxis], shape[^1..]], Tensor.Scalar(0)));
                RawOps.IsotonicRegressionOutputs fit = RawOps.IsotonicRegression(decreasing ? rows : RawOps.Neg(rows), dtype);
                Tensor output = Reshape(decreasing ? fit.Output : RawOps.Neg(fit.Output), shape);
                Tensor segments = Reshape(fit.Segments, shape);
                return order is null ? (output, segments) : (Transpose(output, order), Transpose(segments, order));
            });
        }

        private static Tensor AlongLast(Func<Tensor, Tensor> op, Tensor x, int axis)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (axis == -1 || axis == x.Rank - 1)
                return op(x);
            int[] order = SwapWithLast(x, axis);
            return Scoped(() => Transpose(op(Transpose(x, order)), order));
        }

        /// <summary>The permutation that exchanges a dimension and the last one; it is its own inverse.</summary>
        private static int[] SwapWithLast(Tensor x, int axis)
        {
            if (x.Rank < 0)
                throw new TfLbfgsException($"Expected a tensor of known rank for axis {axis}, received {x.Describe()}. Use axis -1.");
            int[] order = [.. Enumerable.Range(0, x.Rank)];
            int at = AxisOf(axis, x.Rank);
            (order[at], order[^1]) = (order[^1], order[at]);
            return order;
        }

        private static bool ChannelsFirst(string dataFormat)
        {
            ArgumentNullException.ThrowIfNull(dataFormat);
            return dataFormat.StartsWith("NC", StringComparison.Ordinal);
        }
    }
}

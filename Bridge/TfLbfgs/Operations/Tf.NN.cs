using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>Activations and losses. Python: <c>tf.nn</c>.</summary>
    public static class NN
    {
        /// <summary>max(x, 0). Python: <c>tf.nn.relu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Relu(Tensor x) => RawOps.Relu(x);

        /// <summary>min(max(x, 0), 6). Python: <c>tf.nn.relu6</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Relu6(Tensor x) => RawOps.Relu6(x);

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
        public static Tensor Gelu(Tensor x, bool approximate = false) => Scoped(() => approximate
            ? x * 0.5 * (RawOps.Tanh((x + PowerOf(x, 3) * 0.044715f) * 0.7978845608028654) + 1)
            : x * 0.5 * RawOps.Erfc(x * -0.7071067811865476f));

        /// <summary>x sigmoid(x). Python: <c>tf.nn.silu</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Silu(Tensor x) => Scoped(() => x * RawOps.Sigmoid(x));

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

        /// <summary>Adds a vector to the last dimension. Python: <c>tf.nn.bias_add</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="bias">The vector.</param>
        /// <returns>The sum.</returns>
        public static Tensor BiasAdd(Tensor x, Tensor bias) => RawOps.BiasAdd(x, bias);

        /// <summary>Half the sum of squares, of all elements. Python: <c>tf.nn.l2_loss</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The loss, shape [].</returns>
        public static Tensor L2Loss(Tensor x) => RawOps.L2Loss(x);

        /// <summary>The cross entropy of distributions and the softmax of logits, along the last dimension. Python: <c>tf.nn.softmax_cross_entropy_with_logits</c>.</summary>
        /// <param name="labels">The distributions, shape [..., classes].</param>
        /// <param name="logits">The logits, of the same shape.</param>
        /// <returns>The entropies, shape [...].</returns>
        public static Tensor SoftmaxCrossEntropyWithLogits(Tensor labels, Tensor logits) => Scoped(() =>
        {
            if (logits.Rank == 2)
                return RawOps.SoftmaxCrossEntropyWithLogits(logits, labels).Loss;
            Tensor shape = RawOps.Shape(logits, DType.Int64);
            Tensor rows = RawOps.ConcatV2([Integers(-1), RawOps.StridedSlice(shape, Integers(-1), Integers(0), Integers(1), endMask: 1)], Tensor.Scalar(0));
            Tensor loss = RawOps.SoftmaxCrossEntropyWithLogits(RawOps.Reshape(logits, rows), RawOps.Reshape(labels, rows)).Loss;
            return RawOps.Reshape(loss, RawOps.StridedSlice(shape, Integers(0), Integers(-1), Integers(1), beginMask: 1));
        });

        /// <summary>The cross entropy of classes and the softmax of logits. Python: <c>tf.nn.sparse_softmax_cross_entropy_with_logits</c>.</summary>
        /// <param name="labels">The classes, int32 or int64, shape [n].</param>
        /// <param name="logits">The logits, shape [n, classes].</param>
        /// <returns>The entropies, shape [n].</returns>
        public static Tensor SparseSoftmaxCrossEntropyWithLogits(Tensor labels, Tensor logits) => Scoped(() => RawOps.SparseSoftmaxCrossEntropyWithLogits(logits, labels).Loss);

        /// <summary>
        /// The cross entropy of probabilities and the sigmoid of logits, element by element and without overflow. Python: <c>tf.nn.sigmoid_cross_entropy_with_logits</c>.
        /// </summary>
        /// <param name="labels">The probabilities.</param>
        /// <param name="logits">The logits, of the same shape.</param>
        /// <returns>The entropies.</returns>
        public static Tensor SigmoidCrossEntropyWithLogits(Tensor labels, Tensor logits) => Scoped(() =>
        {
            Tensor zeros = RawOps.ZerosLike(logits);
            Tensor positive = RawOps.GreaterEqual(logits, zeros);
            Tensor relu = RawOps.SelectV2(positive, logits, zeros);
            Tensor negativeModulus = RawOps.SelectV2(positive, -logits, logits);
            return relu - logits * labels + RawOps.Log1p(RawOps.Exp(negativeModulus));
        });

        /// <summary>Mean and variance over some dimensions. Python: <c>tf.nn.moments</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="axes">The dimensions.</param>
        /// <param name="keepDims">Whether they stay, with size 1.</param>
        /// <returns>Both.</returns>
        public static (Tensor Mean, Tensor Variance) Moments(Tensor x, int[] axes, bool keepDims = false)
        {
            using TensorScope scope = new();
            Tensor mean = ReduceMean(x, axes, keepDims: true);
            Tensor variance = ReduceMean(RawOps.SquaredDifference(x, RawOps.StopGradient(mean)), axes, keepDims);
            return (scope.Keep(keepDims ? mean : RawOps.Squeeze(mean, Widen(axes))), scope.Keep(variance));
        }

        private static Tensor AlongLast(Func<Tensor, Tensor> op, Tensor x, int axis)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (axis == -1 || axis == x.Rank - 1)
                return op(x);
            if (x.Rank < 0)
                throw new TfLbfgsException($"Expected a tensor of known rank for axis {axis}, received {x.Describe()}. Use axis -1.");
            int[] order = [.. Enumerable.Range(0, x.Rank)];
            int at = axis < 0 ? axis + x.Rank : axis;
            (order[at], order[^1]) = (order[^1], order[at]);
            return Scoped(() => Transpose(op(Transpose(x, order)), order));
        }
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Losses of each example; their means are the caller's.</content>
    public static partial class NN
    {
        /// <summary>Half the sum of squares, of all elements. Python: <c>tf.nn.l2_loss</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The loss, shape [].</returns>
        public static Tensor L2Loss(Tensor x) => RawOps.L2Loss(x);

        /// <summary>
        /// The cross entropy of distributions and the softmax of logits. Python: <c>tf.nn.softmax_cross_entropy_with_logits</c>.
        /// </summary>
        /// <param name="labels">The distributions, shape [..., classes].</param>
        /// <param name="logits">The logits, of the same shape and dtype.</param>
        /// <param name="axis">The dimension of the classes; default the last.</param>
        /// <returns>The entropies, shape [...].</returns>
        /// <remarks>float16 and bfloat16 are computed in float32.</remarks>
        public static Tensor SoftmaxCrossEntropyWithLogits(Tensor labels, Tensor logits, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(labels);
            ArgumentNullException.ThrowIfNull(logits);
            return Scoped(() => InFloat32(logits.DType, convert =>
            {
                (Tensor target, Tensor source) = (convert(labels), convert(logits));
                if (axis != -1 && axis != logits.Rank - 1)
                {
                    int[] order = MoveToLast(logits, axis);
                    (target, source) = (Transpose(target, order), Transpose(source, order));
                }

                if (source.Rank == 2)
                    return RawOps.SoftmaxCrossEntropyWithLogits(source, target).Loss;
                Tensor loss = RawOps.SoftmaxCrossEntropyWithLogits(Rows(source), Rows(target)).Loss;
                return RawOps.Reshape(loss, RawOps.Shape(source)[..^1]);
            }));
        }

        /// <summary>
        /// The cross entropy of classes and the softmax of logits. Python: <c>tf.nn.sparse_softmax_cross_entropy_with_logits</c>.
        /// </summary>
        /// <param name="labels">The classes, int32 or int64, shape [...].</param>
        /// <param name="logits">The logits, shape [..., classes].</param>
        /// <returns>The entropies, shape [...].</returns>
        /// <remarks>float16 and bfloat16 are computed in float32.</remarks>
        public static Tensor SparseSoftmaxCrossEntropyWithLogits(Tensor labels, Tensor logits)
        {
            ArgumentNullException.ThrowIfNull(labels);
            ArgumentNullException.ThrowIfNull(logits);
            return Scoped(() => InFloat32(logits.DType, convert =>
            {
                Tensor source = convert(logits);
                if (source.Rank == 2 && labels.Rank == 1)
                    return RawOps.SparseSoftmaxCrossEntropyWithLogits(source, labels).Loss;
                Tensor loss = RawOps.SparseSoftmaxCrossEntropyWithLogits(Rows(source), RawOps.Reshape(labels, Integers(-1))).Loss;
                return RawOps.Reshape(loss, RawOps.Shape(labels));
            }));
        }

        /// <summary>
        /// The cross entropy of probabilities and the sigmoid of logits, element by element and without overflow. Python:
        /// <c>tf.nn.sigmoid_cross_entropy_with_logits</c>.
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

        /// <summary>
        /// The cross entropy of probabilities and the sigmoid of logits, with a weight of the positive part. Python:
        /// <c>tf.nn.weighted_cross_entropy_with_logits</c>.
        /// </summary>
        /// <param name="labels">The probabilities.</param>
        /// <param name="logits">The logits, of the same shape.</param>
        /// <param name="positiveWeight">The weight, which broadcasts.</param>
        /// <returns>The entropies.</returns>
        public static Tensor WeightedCrossEntropyWithLogits(Tensor labels, Tensor logits, Tensor positiveWeight) => Scoped(() =>
        {
            Tensor weight = (positiveWeight - 1) * labels + 1;
            return (1 - labels) * logits + weight * (RawOps.Log1p(RawOps.Exp(-RawOps.Abs(logits))) + RawOps.Relu(-logits));
        });

        /// <inheritdoc cref="WeightedCrossEntropyWithLogits(Tensor, Tensor, Tensor)"/>
        public static Tensor WeightedCrossEntropyWithLogits(Tensor labels, Tensor logits, double positiveWeight)
        {
            ArgumentNullException.ThrowIfNull(logits);
            return Scoped(() => WeightedCrossEntropyWithLogits(labels, logits, Tensor.Scalar(positiveWeight, logits.DType)));
        }

        /// <summary>
        /// The negative log-likelihood of counts under a Poisson distribution whose logarithmic rate is given. Python:
        /// <c>tf.nn.log_poisson_loss</c>.
        /// </summary>
        /// <param name="targets">The counts.</param>
        /// <param name="logInput">The logarithm of the rate, of the same shape.</param>
        /// <param name="computeFullLoss">Whether Stirling's approximation of the constant term is added; default no.</param>
        /// <returns>The losses.</returns>
        public static Tensor LogPoissonLoss(Tensor targets, Tensor logInput, bool computeFullLoss = false) => Scoped(() =>
        {
            Tensor loss = RawOps.Exp(logInput) - logInput * targets;
            if (!computeFullLoss)
                return loss;
            Tensor stirling = targets * RawOps.Log(targets) - targets + RawOps.Log(targets * (2 * System.Math.PI)) * 0.5;
            Tensor zeros = RawOps.ZerosLike(targets);
            return loss + RawOps.SelectV2(RawOps.LogicalAnd(targets >= 0, targets <= 1), zeros, stirling);
        });

        /// <summary>
        /// The sum of losses, each with its weight, divided by the number of examples. Python: <c>tf.nn.compute_average_loss</c>.
        /// </summary>
        /// <param name="perExampleLoss">The losses, shape [batch, ...].</param>
        /// <param name="sampleWeight">The weights, which broadcast; null: 1.</param>
        /// <param name="globalBatchSize">The number of examples; null: the first dimension.</param>
        /// <returns>The mean, shape [].</returns>
        public static Tensor ComputeAverageLoss(Tensor perExampleLoss, Tensor? sampleWeight = null, long? globalBatchSize = null)
        {
            ArgumentNullException.ThrowIfNull(perExampleLoss);
            if (perExampleLoss.Rank == 0)
                throw new TfLbfgsException("Tf.NN.ComputeAverageLoss: expected one loss for each example, shape [batch, ...], received a "
                    + "scalar. Do not reduce the loss before.");
            return Scoped(() =>
            {
                Tensor losses = sampleWeight is null ? perExampleLoss : perExampleLoss * Cast(sampleWeight, perExampleLoss.DType);
                Tensor count = globalBatchSize is { } size
                    ? Tensor.Scalar(size, perExampleLoss.DType) : Cast(RawOps.Shape(perExampleLoss)[0], perExampleLoss.DType);
                return ReduceSum(losses) / count;
            });
        }

        /// <summary>All dimensions but the last as one: [..., n] to [rows, n].</summary>
        private static Tensor Rows(Tensor x) =>
            RawOps.Reshape(x, x.Rank > 0 && x.Shape[^1] >= 0
                ? Integers(-1, x.Shape[^1])
                : RawOps.ConcatV2([Integers(-1), RawOps.Shape(x, DType.Int64)[^1..]], Tensor.Scalar(0)));

        /// <summary>Computes what loses too much in 16 bits in float32.</summary>
        private static Tensor InFloat32(DType dtype, Func<Func<Tensor, Tensor>, Tensor> body) => dtype is DType.Float16 or DType.BFloat16
            ? RawOps.Cast(body(x => x.DType == dtype ? RawOps.Cast(x, DType.Float32) : x), dtype)
            : body(x => x);

        /// <summary>The permutation that makes a dimension the last and leaves the order of the others.</summary>
        private static int[] MoveToLast(Tensor x, int axis)
        {
            if (x.Rank < 0)
                throw new TfLbfgsException($"Expected a tensor of known rank for axis {axis}, received {x.Describe()}. Use axis -1.");
            int at = AxisOf(axis, x.Rank);
            return [.. Enumerable.Range(0, x.Rank).Where(i => i != at), at];
        }
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Counting, ranking, and the measures of classifications that are made of them.</content>
    public static partial class Math
    {
        /// <summary>How often each integer occurs, or the sum of its weights. Python: <c>tf.math.bincount</c>.</summary>
        /// <param name="x">The integers, int32 or int64, not negative; of two dimensions with <paramref name="byRow"/>.</param>
        /// <param name="weights">The weight of each, of the same shape; its dtype is the result's. Null: 1.</param>
        /// <param name="minLength">The least number of counts; null: up to the largest integer.</param>
        /// <param name="maxLength">The largest number of counts, beyond which integers are left out; null: none.</param>
        /// <param name="dtype">The dtype of the counts without weights: Int32, the default, Int64, Float32 or Float64.</param>
        /// <param name="byRow">Whether each row is counted by itself. Python: <c>axis=-1</c>.</param>
        /// <param name="binaryOutput">Whether to tell only if an integer occurs.</param>
        /// <returns>The counts, shape [length], or [rows, length].</returns>
        public static Tensor Bincount(
            Tensor x, Tensor? weights = null, int? minLength = null, int? maxLength = null, DType dtype = DType.Int32, bool byRow = false,
                bool binaryOutput = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Scoped(() =>
            {
                Tensor values = byRow ? x : Reshape(x, [-1]);
                Tensor none = Tensor.Scalar(-1, x.DType);
                Tensor length = RawOps.Max(Concat([Reshape(values, [-1]), none[TensorIndex.NewAxis]], 0), Tensor.Scalar(0)) + 1;
                if (minLength is { } least)
                    length = Tf.Maximum(length, least);
                if (maxLength is { } most)
                    length = Tf.Minimum(length, most);
                Tensor factors = weights is null ? Zeros([0], dtype) : byRow ? weights : Reshape(weights, [-1]);
                return RawOps.DenseBincount(values, length, factors, binaryOutput);
            });
        }

        /// <summary>How often each class was taken for each other. Python: <c>tf.math.confusion_matrix</c>.</summary>
        /// <param name="labels">The true classes, shape [n].</param>
        /// <param name="predictions">The predicted classes, shape [n].</param>
        /// <param name="classes">The number of classes; null: up to the largest one.</param>
        /// <param name="weights">The weight of each prediction, shape [n]; null: 1.</param>
        /// <param name="dtype">The dtype; default int32.</param>
        /// <returns>The matrix, shape [classes, classes]: a row for each true class.</returns>
        public static Tensor ConfusionMatrix(Tensor labels, Tensor predictions, int? classes = null, Tensor? weights = null,
            DType dtype = DType.Int32) => Scoped(() =>
        {
            (Tensor truth, Tensor guess) = (Cast(labels, DType.Int64), Cast(predictions, DType.Int64));
            Tensor size = classes is { } given ? Tensor.Scalar((long)given) : RawOps.Maximum(Tf.ReduceMax(truth), Tf.ReduceMax(guess)) + 1;
            Tensor values = weights is null ? OnesLike(guess, dtype) : Cast(weights, dtype);
            return RawOps.ScatterNd(RawOps.Pack([truth, guess], axis: 1), values, RawOps.Pack([size, size]));
        });

        /// <summary>Whether the true class is among those of the largest predictions. Python: <c>tf.math.in_top_k</c>.</summary>
        /// <param name="targets">The true classes, int32 or int64, shape [batch].</param>
        /// <param name="predictions">The predictions, float32, shape [batch, classes].</param>
        /// <param name="k">How many predictions count.</param>
        /// <returns>The truth values, shape [batch].</returns>
        public static Tensor InTopK(Tensor targets, Tensor predictions, int k)
        {
            ArgumentNullException.ThrowIfNull(targets);
            return Scoped(() => RawOps.InTopKV2(predictions, targets, Tensor.Scalar(k, targets.DType)));
        }

        /// <summary>The largest elements along the last dimension. Python: <c>tf.math.top_k</c>.</summary>
        /// <param name="x">The tensor, of at least one dimension.</param>
        /// <param name="k">How many; default 1.</param>
        /// <param name="sorted">Whether from the largest to the smallest; default yes.</param>
        /// <param name="indexType">Int32, the default, Int64 or Int16.</param>
        /// <returns>The elements and their indices, each of shape [..., k].</returns>
        public static (Tensor Values, Tensor Indices) TopK(Tensor x, int k = 1, bool sorted = true, DType indexType = DType.Int32)
        {
            using Tensor count = Tensor.Scalar(k, DType.Int32, register: false);
            RawOps.TopKV2Outputs top = RawOps.TopKV2(x, count, sorted, indexType);
            return (top.Values, top.Indices);
        }

        /// <summary>
        /// The largest elements along a dimension, found quickly and with a given recall; in functions compiled by XLA. Python:
        /// <c>tf.math.approx_max_k</c>.
        /// </summary>
        /// <param name="x">The tensor.</param>
        /// <param name="k">How many.</param>
        /// <param name="reductionDimension">The dimension; default the last.</param>
        /// <param name="recallTarget">The part of the true largest elements that is found on average; default 0.95.</param>
        /// <returns>The elements and their indices.</returns>
        public static (Tensor Values, Tensor Indices) ApproxMaxK(Tensor x, int k, int reductionDimension = -1, float recallTarget = 0.95f)
        {
            RawOps.ApproxTopKOutputs top = RawOps.ApproxTopK(x, k, reductionDimension, recallTarget);
            return (top.Values, top.Indices);
        }

        /// <summary>
        /// The smallest elements along a dimension, found quickly and with a given recall; in functions compiled by XLA. Python:
        /// <c>tf.math.approx_min_k</c>.
        /// </summary>
        /// <param name="x">The tensor.</param>
        /// <param name="k">How many.</param>
        /// <param name="reductionDimension">The dimension; default the last.</param>
        /// <param name="recallTarget">The part of the true smallest elements that is found on average; default 0.95.</param>
        /// <returns>The elements and their indices.</returns>
        public static (Tensor Values, Tensor Indices) ApproxMinK(Tensor x, int k, int reductionDimension = -1, float recallTarget = 0.95f)
        {
            RawOps.ApproxTopKOutputs top = RawOps.ApproxTopK(x, k, reductionDimension, recallTarget, isMaxK: false);
            return (top.Values, top.Indices);
        }
    }
}

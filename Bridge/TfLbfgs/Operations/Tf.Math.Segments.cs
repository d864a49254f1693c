using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Reductions of the rows of each segment, and running reductions.</content>
    public static partial class Math
    {
        /// <summary>The largest of the rows of each segment. Python: <c>tf.math.segment_max</c>.</summary>
        /// <param name="data">The rows, shape [n, ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [n], in rising order.</param>
        /// <returns>The result, shape [segments, ...]; zero for segments without rows.</returns>
        public static Tensor SegmentMax(Tensor data, Tensor segmentIds) => RawOps.SegmentMax(data, segmentIds);

        /// <summary>The mean of the rows of each segment. Python: <c>tf.math.segment_mean</c>.</summary>
        /// <param name="data">The rows, shape [n, ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [n], in rising order.</param>
        /// <returns>The result, shape [segments, ...]; zero for segments without rows.</returns>
        public static Tensor SegmentMean(Tensor data, Tensor segmentIds) => RawOps.SegmentMean(data, segmentIds);

        /// <summary>The smallest of the rows of each segment. Python: <c>tf.math.segment_min</c>.</summary>
        /// <param name="data">The rows, shape [n, ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [n], in rising order.</param>
        /// <returns>The result, shape [segments, ...]; zero for segments without rows.</returns>
        public static Tensor SegmentMin(Tensor data, Tensor segmentIds) => RawOps.SegmentMin(data, segmentIds);

        /// <summary>The product of the rows of each segment. Python: <c>tf.math.segment_prod</c>.</summary>
        /// <param name="data">The rows, shape [n, ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [n], in rising order.</param>
        /// <returns>The result, shape [segments, ...]; zero (one for the product) for segments without rows.</returns>
        public static Tensor SegmentProd(Tensor data, Tensor segmentIds) => RawOps.SegmentProd(data, segmentIds);

        /// <summary>The sum of the rows of each segment. Python: <c>tf.math.segment_sum</c>.</summary>
        /// <param name="data">The rows, shape [n, ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [n], in rising order.</param>
        /// <returns>The result, shape [segments, ...]; zero for segments without rows.</returns>
        public static Tensor SegmentSum(Tensor data, Tensor segmentIds) => RawOps.SegmentSum(data, segmentIds);

        /// <summary>The largest of the rows of each segment, in any order. Python: <c>tf.math.unsorted_segment_max</c>.</summary>
        /// <param name="data">The rows, shape [ids..., ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [ids...]; negative: none.</param>
        /// <param name="segments">The number of segments.</param>
        /// <returns>The result, shape [segments, ...]; the lowest number of the dtype for segments without rows.</returns>
        public static Tensor UnsortedSegmentMax(Tensor data, Tensor segmentIds, int segments) =>
            Scoped(() => RawOps.UnsortedSegmentMax(data, segmentIds, Tensor.Scalar(segments)));

        /// <summary>The smallest of the rows of each segment, in any order. Python: <c>tf.math.unsorted_segment_min</c>.</summary>
        /// <param name="data">The rows, shape [ids..., ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [ids...]; negative: none.</param>
        /// <param name="segments">The number of segments.</param>
        /// <returns>The result, shape [segments, ...]; the highest number of the dtype for segments without rows.</returns>
        public static Tensor UnsortedSegmentMin(Tensor data, Tensor segmentIds, int segments) =>
            Scoped(() => RawOps.UnsortedSegmentMin(data, segmentIds, Tensor.Scalar(segments)));

        /// <summary>The product of the rows of each segment, in any order. Python: <c>tf.math.unsorted_segment_prod</c>.</summary>
        /// <param name="data">The rows, shape [ids..., ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [ids...]; negative: none.</param>
        /// <param name="segments">The number of segments.</param>
        /// <returns>The result, shape [segments, ...]; one for segments without rows.</returns>
        public static Tensor UnsortedSegmentProd(Tensor data, Tensor segmentIds, int segments) =>
            Scoped(() => RawOps.UnsortedSegmentProd(data, segmentIds, Tensor.Scalar(segments)));

        /// <summary>The sum of the rows of each segment, in any order. Python: <c>tf.math.unsorted_segment_sum</c>.</summary>
        /// <param name="data">The rows, shape [ids..., ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [ids...]; negative: none.</param>
        /// <param name="segments">The number of segments.</param>
        /// <returns>The result, shape [segments, ...]; zero for segments without rows.</returns>
        public static Tensor UnsortedSegmentSum(Tensor data, Tensor segmentIds, int segments) =>
            Scoped(() => RawOps.UnsortedSegmentSum(data, segmentIds, Tensor.Scalar(segments)));

        /// <summary>The mean of the rows of each segment, in any order. Python: <c>tf.math.unsorted_segment_mean</c>.</summary>
        /// <param name="data">The rows, shape [ids..., ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [ids...]; negative: none.</param>
        /// <param name="segments">The number of segments.</param>
        /// <returns>The result, shape [segments, ...]; zero for segments without rows.</returns>
        public static Tensor UnsortedSegmentMean(Tensor data, Tensor segmentIds, int segments) => Scoped(() =>
        {
            Tensor count = SegmentCount(data, segmentIds, segments);
            return UnsortedSegmentSum(data, segmentIds, segments) / count;
        });

        /// <summary>
        /// The sum of the rows divided by the root of their number of each segment, in any order. Python:
        /// <c>tf.math.unsorted_segment_sqrt_n</c>.
        /// </summary>
        /// <param name="data">The rows, shape [ids..., ...].</param>
        /// <param name="segmentIds">The segment of each row, int32 or int64, shape [ids...]; negative: none.</param>
        /// <param name="segments">The number of segments.</param>
        /// <returns>The result, shape [segments, ...]; zero for segments without rows.</returns>
        public static Tensor UnsortedSegmentSqrtN(Tensor data, Tensor segmentIds, int segments) => Scoped(() =>
        {
            Tensor count = SegmentCount(data, segmentIds, segments);
            return UnsortedSegmentSum(data, segmentIds, segments) / RawOps.Sqrt(count);
        });

        /// <inheritdoc cref="Tf.CumSum"/>
        public static Tensor CumSum(Tensor x, int axis = 0, bool exclusive = false, bool reverse = false) =>
            Tf.CumSum(x, axis, exclusive, reverse);

        /// <summary>Running products along a dimension. Python: <c>tf.math.cumprod</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="axis">The dimension; default the first.</param>
        /// <param name="exclusive">Whether each product leaves its own element out.</param>
        /// <param name="reverse">Whether to multiply from the end.</param>
        /// <returns>The products.</returns>
        public static Tensor CumProd(Tensor x, int axis = 0, bool exclusive = false, bool reverse = false) =>
            Scoped(() => RawOps.Cumprod(x, Tensor.Scalar(axis), exclusive, reverse));

        /// <summary>Running log(Σ eˣ) along a dimension, without overflow. Python: <c>tf.math.cumulative_logsumexp</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <param name="axis">The dimension; default the first.</param>
        /// <param name="exclusive">Whether each sum leaves its own element out: the first is then the lowest number of the dtype.</param>
        /// <param name="reverse">Whether to sum from the end.</param>
        /// <returns>The logarithms.</returns>
        public static Tensor CumulativeLogSumExp(Tensor x, int axis = 0, bool exclusive = false, bool reverse = false) =>
            Scoped(() => RawOps.CumulativeLogsumexp(x, Tensor.Scalar(axis), exclusive, reverse));

        /// <summary>The number of rows of each segment, at least 1, with a dimension for each of a row's.</summary>
        private static Tensor SegmentCount(Tensor data, Tensor segmentIds, int segments)
        {
            Tensor count = UnsortedSegmentSum(RawOps.Fill(RawOps.Shape(segmentIds), Tensor.Scalar(1, data.DType)), segmentIds, segments);
            Tensor ones =
                RawOps.Fill(Tensor.Scalar(1)[TensorIndex.NewAxis] * (RawOps.Rank(data) - RawOps.Rank(segmentIds)), Tensor.Scalar(1));
            return Tf.Maximum(RawOps.Reshape(count, RawOps.ConcatV2([Tensor.From([segments]), ones], Tensor.Scalar(0))), 1);
        }
    }
}

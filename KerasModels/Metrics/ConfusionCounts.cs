using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The weights of true and false positives and negatives of a batch at each threshold.</summary>
/// <param name="TruePositives">Positive targets above the threshold, [thresholds] or [thresholds, labels].</param>
/// <param name="FalsePositives">Negative targets above it.</param>
/// <param name="TrueNegatives">Negative targets at or below it.</param>
/// <param name="FalseNegatives">Positive targets at or below it.</param>
internal sealed record ConfusionCounts(Tensor TruePositives, Tensor FalsePositives, Tensor TrueNegatives, Tensor FalseNegatives)
{
    /// <summary>Counts a batch, inside a scope of the caller.</summary>
    /// <param name="yTrue">The targets, of the shape of the predictions; all but 0 are positive.</param>
    /// <param name="yPred">The predictions.</param>
    /// <param name="thresholds">The thresholds.</param>
    /// <param name="weights">Weights that can be broadcast to the predictions; null: 1.</param>
    /// <param name="byLabel">Whether each element of the last of two dimensions is counted on its own.</param>
    public static ConfusionCounts Of(Tensor yTrue, Tensor yPred, Thresholds thresholds, Tensor? weights, bool byLabel)
    {
        Tensor isPositive = RawOps.Cast(RawOps.NotEqual(yTrue, RawOps.ZerosLike(yTrue)), yPred.DType);
        Tensor positive = isPositive, negative = 1 - isPositive;
        if (weights is not null)
            (positive, negative) = (positive * weights, negative * weights);
        if (!byLabel)
        {
            Tensor flat = Tensor.From<int>([-1]);
            (positive, negative, yPred) = (RawOps.Reshape(positive, flat), RawOps.Reshape(negative, flat), RawOps.Reshape(yPred, flat));
        }

        (Tensor truePositives, Tensor falsePositives) = thresholds.IsEven
            ? Above(positive, negative, yPred, thresholds)
            : Compared(positive, negative, yPred, thresholds);
        Tensor trueNegatives = Tf.ReduceSum(negative, 0) - falsePositives, falseNegatives = Tf.ReduceSum(positive, 0) - truePositives;
        return new ConfusionCounts(truePositives, falsePositives, trueNegatives, falseNegatives);
    }

    /// <summary>
    /// Sums above evenly divided thresholds: each prediction is added to its interval, and the intervals are summed from the last to the
    /// first.
    /// </summary>
    private static (Tensor TruePositives, Tensor FalsePositives) Above(
        Tensor positive, Tensor negative, Tensor yPred, Thresholds thresholds)
    {
        // A prediction that equals a threshold is not above it.
        Tensor interval = RawOps.Ceil(Tf.ClipByValue(yPred, 0, 1) * (thresholds.Count - 1)) - 1;
        if (thresholds.StartsBelowZero)
            interval = RawOps.Relu(interval);
        Tensor ids = RawOps.Cast(interval, DType.Int32), count = Tensor.Scalar(thresholds.Count);
        if (yPred.Rank == 1)
            return (Summed(RawOps.UnsortedSegmentSum(positive, ids, count)), Summed(RawOps.UnsortedSegmentSum(negative, ids, count)));

        // The intervals of all labels side by side.
        Tensor labels = RawOps.Shape(yPred)[^1];
        ids = (ids * labels) + RawOps.Range(Tensor.Scalar(0), labels, Tensor.Scalar(1));
        Tensor all = count * labels, shape = RawOps.Pack([count, labels]);
        Tensor Intervals(Tensor values) => RawOps.Reshape(RawOps.UnsortedSegmentSum(values, ids, all), shape);
        return (Summed(Intervals(positive)), Summed(Intervals(negative)));
    }

    private static Tensor Summed(Tensor intervals) => RawOps.Cumsum(intervals, Tensor.Scalar(0), reverse: true);

    /// <summary>Sums above any thresholds: each prediction is compared with each.</summary>
    private static (Tensor TruePositives, Tensor FalsePositives) Compared(
        Tensor positive, Tensor negative, Tensor yPred, Thresholds thresholds)
    {
        Tensor values = thresholds.ToTensor(yPred.DType);
        Tensor limits = RawOps.Reshape(values, Tensor.From<int>(yPred.Rank == 1 ? [-1, 1] : [-1, 1, 1]));
        Tensor isAbove = RawOps.Cast(RawOps.Greater(RawOps.ExpandDims(yPred, Tensor.Scalar(0)), limits), yPred.DType);
        return (Tf.ReduceSum(isAbove * positive, 1), Tf.ReduceSum(isAbove * negative, 1));
    }
}

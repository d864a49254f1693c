using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// How often the target, which is a class number, is among the k classes with the largest predictions, in the last axis. Python:
/// <c>tf.keras.metrics.SparseTopKCategoricalAccuracy</c>.
/// </summary>
/// <param name="k">How many classes are taken, at least 1; default 5.</param>
/// <param name="fromSortedIds">Whether predictions are class numbers, the most probable first, in place of scores; default false. Python:
/// of Keras 3.</param>
public sealed class SparseTopKCategoricalAccuracy(int k = 5, bool fromSortedIds = false) : TopKMetric(k)
{
    private bool _fromSortedIds = fromSortedIds;

    /// <summary>Whether predictions are class numbers, the most probable first.</summary>
    public bool FromSortedIds => _fromSortedIds;

    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = prediction.Value;
        Tensor classes = ClassNumbers.Of(Name, yTrue, yPred, yPred.Rank - 1);
        if (!_fromSortedIds)
            return IsInTopK(classes, yPred);
        Tensor first = yPred[TensorIndex.Ellipsis, ..K];
        return Cast(Tf.ReduceAny(RawOps.Equal(RawOps.ExpandDims(RawOps.Cast(classes, yPred.DType), Tensor.Scalar(-1)), first), -1));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        // Keras writes it where it is true.
        if (fields.IsReading || _fromSortedIds)
            fields.Flag("from_sorted_ids", ref _fromSortedIds, only: KerasGeneration.Keras3);
    }
}

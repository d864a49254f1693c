using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// How often the class with the largest prediction, in the last axis, is the target, which is a class number. Python:
/// <c>tf.keras.metrics.SparseCategoricalAccuracy</c>.
/// </summary>
public sealed class SparseCategoricalAccuracy : SampleMetric
{
    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor classes = ClassNumbers.Of(Name, yTrue, prediction.Value, prediction.Value.Rank - 1);
        return Cast(RawOps.Equal(classes, RawOps.ArgMax(prediction.Value, Tensor.Scalar(-1))));
    }
}

using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// How often the class with the largest prediction is that with the largest target, in the last axis. Python:
/// <c>tf.keras.metrics.CategoricalAccuracy</c>.
/// </summary>
public sealed class CategoricalAccuracy : SampleMetric
{
    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor last = Tensor.Scalar(-1);
        return Cast(RawOps.Equal(RawOps.ArgMax(Align(yTrue, prediction.Value), last), RawOps.ArgMax(prediction.Value, last)));
    }
}

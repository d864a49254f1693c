using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>How often predictions equal targets. Python: <c>tf.keras.metrics.Accuracy</c>.</summary>
[KerasName("Accuracy", "acc")]
public sealed class Accuracy : SampleMetric
{
    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return Cast(RawOps.Equal(Align(yTrue, prediction.Value), prediction.Value));
    }
}

using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// How often the class with the largest target is among the k with the largest predictions, in the last axis. Python:
/// <c>tf.keras.metrics.TopKCategoricalAccuracy</c>.
/// </summary>
/// <param name="k">How many classes are taken, at least 1; default 5.</param>
public sealed class TopKCategoricalAccuracy(int k = 5) : TopKMetric(k)
{
    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return IsInTopK(RawOps.ArgMax(Align(yTrue, prediction.Value), Tensor.Scalar(-1)), prediction.Value);
    }
}

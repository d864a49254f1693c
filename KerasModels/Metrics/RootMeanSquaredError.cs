using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The square root of the mean of (prediction - target)². Python: <c>tf.keras.metrics.RootMeanSquaredError</c>.</summary>
public sealed class RootMeanSquaredError : SampleMetric
{
    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = Cast(prediction.Value);
        return RawOps.Square(yPred - Align(yTrue, yPred));
    }

    /// <inheritdoc/>
    protected override Tensor ComputeResult() => RawOps.Sqrt(base.ComputeResult());
}

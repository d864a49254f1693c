using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of (prediction - target)². Python: <c>tf.keras.metrics.MeanSquaredError</c>.</summary>
[KerasName("MeanSquaredError", "mse")]
public sealed class MeanSquaredError : LossMetric
{
    private protected override Losses.Loss CreateLoss() => new Losses.MeanSquaredError { Generation = Generation };
}

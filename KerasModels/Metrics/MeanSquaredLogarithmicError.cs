using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of (log(1 + prediction) - log(1 + target))². Python: <c>tf.keras.metrics.MeanSquaredLogarithmicError</c>.</summary>
[KerasName("MeanSquaredLogarithmicError", "msle")]
public sealed class MeanSquaredLogarithmicError : LossMetric
{
    private protected override Losses.Loss CreateLoss() => new Losses.MeanSquaredLogarithmicError { Generation = Generation };
}

using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of |prediction - target|. Python: <c>tf.keras.metrics.MeanAbsoluteError</c>.</summary>
[KerasName("MeanAbsoluteError", "mae")]
public sealed class MeanAbsoluteError : LossMetric
{
    private protected override Losses.Loss CreateLoss() => new Losses.MeanAbsoluteError { Generation = Generation };
}

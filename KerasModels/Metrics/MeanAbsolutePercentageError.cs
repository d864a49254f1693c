using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>100 times the mean of |prediction - target| / |target|. Python: <c>tf.keras.metrics.MeanAbsolutePercentageError</c>.</summary>
[KerasName("MeanAbsolutePercentageError", "mape")]
public sealed class MeanAbsolutePercentageError : LossMetric
{
    private protected override Losses.Loss CreateLoss() => new Losses.MeanAbsolutePercentageError { Generation = Generation };
}

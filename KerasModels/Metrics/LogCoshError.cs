using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of log(cosh(prediction - target)). Python: <c>tf.keras.metrics.LogCoshError</c>.</summary>
[KerasName("LogCoshError", "log_cosh", "logcosh")]
public sealed class LogCoshError : LossMetric
{
    private protected override string DefaultName(KerasGeneration generation) => "logcosh";

    private protected override Losses.Loss CreateLoss() => new Losses.LogCosh { Generation = Generation };
}

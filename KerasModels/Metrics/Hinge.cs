namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of max(1 - target prediction, 0). Python: <c>tf.keras.metrics.Hinge</c>.</summary>
public sealed class Hinge : LossMetric
{
    private protected override Losses.Loss CreateLoss() => new Losses.Hinge { Generation = Generation };
}

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of max(1 - target prediction, 0)². Python: <c>tf.keras.metrics.SquaredHinge</c>.</summary>
public sealed class SquaredHinge : LossMetric
{
    private protected override Losses.Loss CreateLoss() => new Losses.SquaredHinge { Generation = Generation };
}

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The mean of max(1 + the largest prediction of another class - the prediction of the target, 0). Python:
/// <c>tf.keras.metrics.CategoricalHinge</c>.
/// </summary>
public sealed class CategoricalHinge : LossMetric
{
    private protected override Losses.Loss CreateLoss() => new Losses.CategoricalHinge { Generation = Generation };
}

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of prediction - target log(prediction). Python: <c>tf.keras.metrics.Poisson</c>.</summary>
public sealed class Poisson : LossMetric
{
    private protected override Losses.Loss CreateLoss() => new Losses.Poisson { Generation = Generation };
}

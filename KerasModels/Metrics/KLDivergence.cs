using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of Σ target log(target / prediction). Python: <c>tf.keras.metrics.KLDivergence</c>.</summary>
[KerasName("KLDivergence", "kld", "kullback_leibler_divergence")]
public sealed class KLDivergence : LossMetric
{
    private protected override string DefaultName(KerasGeneration generation) =>
        generation == KerasGeneration.Keras2 ? "kullback_leibler_divergence" : "kl_divergence";

    private protected override Losses.Loss CreateLoss() => new Losses.KLDivergence { Generation = Generation };
}

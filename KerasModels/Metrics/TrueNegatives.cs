using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The weight of negative targets that are predicted as negative. Python: <c>tf.keras.metrics.TrueNegatives</c>.</summary>
/// <param name="thresholds">The thresholds above which a prediction is positive, from 0 to 1; null (default): 0.5. The result is a number
/// for one, else one for each.</param>
/// <exception cref="TfLbfgsException">A threshold is not from 0 to 1.</exception>
public sealed class TrueNegatives(IReadOnlyList<double>? thresholds = null) : ConfusionCountMetric(thresholds)
{
    private protected override Tensor Single(ConfusionCounts counts) => counts.TrueNegatives;
}

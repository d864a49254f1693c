namespace TfLbfgs.Keras.Metrics;

/// <summary>The share of positive targets among the predicted positives. Python: <c>tf.keras.metrics.Precision</c>.</summary>
/// <param name="thresholds">The thresholds above which a prediction is positive, from 0 to 1; null (default): 0.5, or none with <paramref
/// name="topK"/>. The result is a number for one, else one for each.</param>
/// <param name="topK">How many of the largest predictions of a sample count as positive; null (default): all above the thresholds.</param>
/// <param name="classId">The class, in the last axis, that is measured; null (default): all.</param>
/// <exception cref="TfLbfgsException">A threshold is not from 0 to 1, or a number is too small.</exception>
public sealed class Precision(IReadOnlyList<double>? thresholds = null, int? topK = null, int? classId = null)
    : PrecisionRecallMetric(thresholds, topK, classId)
{
    private protected override string Others => FalsePositivesName;
}

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The harmonic mean of precision and recall. Targets and predictions are [batch, classes]. Python: <c>tf.keras.metrics.F1Score</c>.
/// </summary>
public sealed class F1Score : FScoreMetric
{
    /// <summary>Creates a metric.</summary>
    /// <param name="average">How the scores of the classes become one: <c>micro</c>, <c>macro</c>, <c>weighted</c>; null (default): they
    /// stay.</param>
    /// <param name="threshold">Predictions above it are positive, above 0 and at most 1; null (default): the largest of a sample
    /// is.</param>
    /// <exception cref="TfLbfgsException">An argument is not within its bounds.</exception>
    public F1Score(string? average = null, double? threshold = null) : base(average, threshold) => CheckFields();

    private protected override double BetaFactor => 1;
}

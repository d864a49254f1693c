using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The harmonic mean of precision and recall, where recall counts beta times as much. Targets and predictions are [batch, classes]. Python:
/// <c>tf.keras.metrics.FBetaScore</c>.
/// </summary>
public sealed class FBetaScore : FScoreMetric
{
    private double _beta;

    /// <summary>Creates a metric.</summary>
    /// <param name="average">How the scores of the classes become one: <c>micro</c>, <c>macro</c>, <c>weighted</c>; null (default): they
    /// stay.</param>
    /// <param name="beta">The factor of recall; positive, default 1.</param>
    /// <param name="threshold">Predictions above it are positive, above 0 and at most 1; null (default): the largest of a sample
    /// is.</param>
    /// <exception cref="TfLbfgsException">An argument is not within its bounds.</exception>
    public FBetaScore(string? average = null, double beta = 1, double? threshold = null) : base(average, threshold)
    {
        _beta = beta;
        CheckFields();
    }

    /// <summary>The factor of recall.</summary>
    public double Beta => _beta;

    private protected override double BetaFactor => _beta;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("beta", ref _beta, positive: true);
    }

    private protected override string DefaultName(KerasGeneration generation) => "fbeta_score";
}

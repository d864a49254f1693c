using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// Normally distributed random numbers, cut at two standard deviations from the mean. Python: <c>tf.keras.initializers.TruncatedNormal</c>.
/// </summary>
/// <param name="mean">The mean; default 0.</param>
/// <param name="standardDeviation">The standard deviation before the cut; default 0.05.</param>
public sealed class TruncatedNormal(double mean = 0, double standardDeviation = 0.05) : Initializer
{
    private double _mean = mean;
    private double _standardDeviation = standardDeviation;

    /// <summary>The mean.</summary>
    public double Mean => _mean;

    /// <summary>The standard deviation before the cut. Python: <c>stddev</c>.</summary>
    public double StandardDeviation => _standardDeviation;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Fill(shape, () => Mean + (StandardDeviation * random.NextTruncatedNormal()));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("mean", ref _mean);
        fields.Number("stddev", ref _standardDeviation);
        DescribeSeed(fields);
    }
}

using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>Normally distributed random numbers, cut at two standard deviations from the mean. Python: <c>tf.keras.initializers.TruncatedNormal</c>.</summary>
/// <param name="mean">The mean; default 0.</param>
/// <param name="standardDeviation">The standard deviation before the cut; default 0.05.</param>
public sealed class TruncatedNormal(double mean = 0, double standardDeviation = 0.05) : Initializer
{
    /// <summary>The mean.</summary>
    public double Mean { get; } = mean;

    /// <summary>The standard deviation before the cut. Python: <c>stddev</c>.</summary>
    public double StandardDeviation { get; } = standardDeviation;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Fill(shape, () => Mean + (StandardDeviation * random.NextTruncatedNormal()));
    }

    internal override void WriteConfig(JsonObject config)
    {
        config["mean"] = Mean;
        config["stddev"] = StandardDeviation;
        WriteSeed(config);
    }
}

using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>Normally distributed random numbers. Python: <c>tf.keras.initializers.RandomNormal</c>.</summary>
/// <param name="mean">The mean; default 0.</param>
/// <param name="standardDeviation">The standard deviation; default 0.05.</param>
public sealed class RandomNormal(double mean = 0, double standardDeviation = 0.05) : Initializer
{
    /// <summary>The mean.</summary>
    public double Mean { get; } = mean;

    /// <summary>The standard deviation. Python: <c>stddev</c>.</summary>
    public double StandardDeviation { get; } = standardDeviation;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Fill(shape, () => Mean + (StandardDeviation * random.NextNormal()));
    }

    internal override void WriteConfig(JsonObject config)
    {
        config["mean"] = Mean;
        config["stddev"] = StandardDeviation;
        WriteSeed(config);
    }
}

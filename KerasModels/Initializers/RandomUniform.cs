using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>Uniform random numbers. Python: <c>tf.keras.initializers.RandomUniform</c>.</summary>
/// <param name="minimum">The lower end, included; default -0.05.</param>
/// <param name="maximum">The upper end, not included; default 0.05.</param>
public sealed class RandomUniform(double minimum = -0.05, double maximum = 0.05) : Initializer
{
    /// <summary>The lower end. Python: <c>minval</c>.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>The upper end. Python: <c>maxval</c>.</summary>
    public double Maximum { get; } = maximum;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Fill(shape, () => Minimum + ((Maximum - Minimum) * random.NextUniform()));
    }

    internal override void WriteConfig(JsonObject config)
    {
        config["minval"] = Minimum;
        config["maxval"] = Maximum;
        WriteSeed(config);
    }
}

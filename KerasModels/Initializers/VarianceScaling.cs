using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// Random numbers whose variance is a scale over the number of inputs or outputs of a unit. Fans of (field..., in, out) count the receptive field.
/// Python: <c>tf.keras.initializers.VarianceScaling</c>.
/// </summary>
/// <param name="scale">The numerator of the variance; default 1.</param>
/// <param name="mode">The denominator; default the number of inputs.</param>
/// <param name="distribution">The distribution; default the truncated normal one.</param>
public class VarianceScaling(double scale = 1, FanMode mode = FanMode.FanIn, ScalingDistribution distribution = ScalingDistribution.TruncatedNormal) : Initializer
{
    // The standard deviation of the standard normal distribution cut at 2.
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>The numerator of the variance.</summary>
    public double Scale { get; } = scale > 0 ? scale : throw new TfLbfgsException($"Initializer VarianceScaling: expected a positive scale, received {scale}.");

    /// <summary>The denominator of the variance.</summary>
    public FanMode Mode { get; } = mode;

    /// <summary>The distribution.</summary>
    public ScalingDistribution Distribution { get; } = distribution;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(random);
        (double fanIn, double fanOut) = Fans(shape);
        double variance = Scale / Math.Max(1, Mode switch { FanMode.FanIn => fanIn, FanMode.FanOut => fanOut, _ => (fanIn + fanOut) / 2 });
        double deviation = Math.Sqrt(variance), limit = Math.Sqrt(3 * variance);
        return Distribution switch
        {
            ScalingDistribution.Uniform => Fill(shape, () => limit * ((2 * random.NextUniform()) - 1)),
            ScalingDistribution.UntruncatedNormal => Fill(shape, () => deviation * random.NextNormal()),
            _ => Fill(shape, () => deviation / TruncatedDeviation * random.NextTruncatedNormal()),
        };
    }

    internal override void WriteConfig(JsonObject config)
    {
        if (GetType() == typeof(VarianceScaling))
        {
            config["scale"] = Scale;
            config["mode"] = Mode switch { FanMode.FanIn => "fan_in", FanMode.FanOut => "fan_out", _ => "fan_avg" };
            config["distribution"] = Distribution switch
            {
                ScalingDistribution.Uniform => "uniform",
                ScalingDistribution.UntruncatedNormal => "untruncated_normal",
                _ => "truncated_normal",
            };
        }

        WriteSeed(config);
    }

    private static (double In, double Out) Fans(Shape shape)
    {
        if (shape.Rank == 0)
            return (1, 1);
        if (shape.Rank == 1)
            return (shape[0], shape[0]);
        double field = 1;
        for (int i = 0; i < shape.Rank - 2; i++)
            field *= shape[i];
        return (field * shape[-2], field * shape[-1]);
    }
}

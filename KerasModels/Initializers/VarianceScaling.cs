using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// Random numbers whose variance is a scale over the number of inputs or outputs of a unit. Fans of (field..., in, out) count the receptive
/// field.
/// Python: <c>tf.keras.initializers.VarianceScaling</c>.
/// </summary>
public class VarianceScaling : Initializer
{
    // The standard deviation of the standard normal distribution cut at 2.
    private const double TruncatedDeviation = 0.87962566103423978;

    private double _scale;
    private FanMode _mode;
    private ScalingDistribution _distribution;

    /// <summary>Creates an initializer.</summary>
    /// <param name="scale">The numerator of the variance, positive; default 1.</param>
    /// <param name="mode">The denominator; default the number of inputs.</param>
    /// <param name="distribution">The distribution; default the truncated normal one.</param>
    /// <exception cref="TfLbfgsException">The scale is not positive.</exception>
    public VarianceScaling(double scale = 1, FanMode mode = FanMode.FanIn,
        ScalingDistribution distribution = ScalingDistribution.TruncatedNormal)
    {
        _scale = scale;
        _mode = mode;
        _distribution = distribution;
        CheckFields();
    }

    /// <summary>The numerator of the variance.</summary>
    public double Scale => _scale;

    /// <summary>The denominator of the variance.</summary>
    public FanMode Mode => _mode;

    /// <summary>The distribution.</summary>
    public ScalingDistribution Distribution => _distribution;

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

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("scale", ref _scale, positive: true);
        fields.Choice("mode", ref _mode, ("fan_in", FanMode.FanIn), ("fan_out", FanMode.FanOut), ("fan_avg", FanMode.FanAverage));
        fields.Choice(
            "distribution", ref _distribution, ("truncated_normal", ScalingDistribution.TruncatedNormal),
                ("normal", ScalingDistribution.TruncatedNormal),
            ("untruncated_normal", ScalingDistribution.UntruncatedNormal), ("uniform", ScalingDistribution.Uniform));
        DescribeSeed(fields);
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

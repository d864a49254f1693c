using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>Uniform random numbers. Python: <c>tf.keras.initializers.RandomUniform</c>.</summary>
/// <param name="minimum">The lower end, included; default -0.05.</param>
/// <param name="maximum">The upper end, not included; default 0.05.</param>
[KerasName("RandomUniform", "uniform")]
public sealed class RandomUniform(double minimum = -0.05, double maximum = 0.05) : Initializer
{
    private double _minimum = minimum;
    private double _maximum = maximum;

    /// <summary>The lower end. Python: <c>minval</c>.</summary>
    public double Minimum => _minimum;

    /// <summary>The upper end. Python: <c>maxval</c>.</summary>
    public double Maximum => _maximum;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Fill(shape, () => Minimum + ((Maximum - Minimum) * random.NextUniform()));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("minval", ref _minimum);
        fields.Number("maxval", ref _maximum);
        DescribeSeed(fields);
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>The identity matrix times a gain, for variables of two dimensions. Python: <c>tf.keras.initializers.Identity</c>.</summary>
/// <param name="gain">The factor; default 1.</param>
[KerasName("Identity", "IdentityInitializer")]
public sealed class Identity(double gain = 1) : Initializer
{
    private double _gain = gain;

    /// <summary>The factor.</summary>
    public double Gain => _gain;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank != 2)
            throw new TfLbfgsException($"Initializer Identity: expected a shape of 2 dimensions, received {shape}.");
        double[] values = new double[shape.ElementCount];
        for (long i = 0; i < Math.Min(shape[0], shape[1]); i++)
            values[(i * shape[1]) + i] = Gain;
        return values;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("gain", ref _gain);
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, adds normal random numbers of mean 0; otherwise passes its input on. Python: <c>tf.keras.layers.GaussianNoise</c>.
/// </summary>
public sealed class GaussianNoise : Layer
{
    private double _deviation;
    private long? _seed;
    private SeedGenerator? _random;

    /// <summary>Creates a layer.</summary>
    /// <param name="deviation">The standard deviation of the noise, at least 0.</param>
    /// <param name="seed">The seed of the random numbers; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is out of range.</exception>
    public GaussianNoise(double deviation, long? seed = null, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _deviation = deviation;
        _seed = seed;
        CheckFields();
    }

    internal GaussianNoise()
    {
    }

    /// <summary>The standard deviation of the noise, at least 0.</summary>
    public double Deviation => _deviation;

    /// <summary>The seed of the random numbers.</summary>
    public long? Seed => _seed;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Training || _deviation == 0)
            return input;
        _random ??= AddSeedGenerator(_seed);
        Tensor shape = RawOps.Shape(input, Runtime.DType.Int64);
        return input + (_random.Normal(context, shape, input.DType) * _deviation);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("stddev", ref _deviation, minimum: 0, required: true);
        fields.Seed("seed", ref _seed);
    }
}

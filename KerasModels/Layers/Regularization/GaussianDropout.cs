using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, multiplies by normal random numbers of mean 1 and variance rate / (1 - rate); otherwise passes its input on. Python:
/// <c>tf.keras.layers.GaussianDropout</c>.
/// </summary>
public sealed class GaussianDropout : Layer
{
    private double _rate;
    private long? _seed;
    private SeedGenerator? _random;

    /// <summary>Creates a layer.</summary>
    /// <param name="rate">The rate, from 0 to below 1.</param>
    /// <param name="seed">The seed of the random numbers; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is out of range.</exception>
    public GaussianDropout(double rate, long? seed = null, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _rate = rate;
        _seed = seed;
        CheckFields();
    }

    internal GaussianDropout()
    {
    }

    /// <summary>The rate, from 0 to below 1.</summary>
    public double Rate => _rate;

    /// <summary>The seed of the random numbers.</summary>
    public long? Seed => _seed;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Training || _rate == 0)
            return input;
        _random ??= AddSeedGenerator(_seed);
        Tensor shape = RawOps.Shape(input, Runtime.DType.Int64);
        double deviation = Math.Sqrt(_rate / (1 - _rate));
        return input * (1 + (_random.Normal(context, shape, input.DType) * deviation));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("rate", ref _rate, minimum: 0, maximum: 1, required: true);
        fields.Seed("seed", ref _seed);
    }
}

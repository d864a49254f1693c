using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, sets a random part of the elements to the negative saturation value of SELU and rescales, so that mean and variance stay;
/// otherwise passes its input on. Python: <c>tf.keras.layers.AlphaDropout</c>.
/// </summary>
public sealed class AlphaDropout : Layer
{
    private double _rate;
    private long? _seed;
    private SeedGenerator? _random;

    /// <summary>Creates a layer.</summary>
    /// <param name="rate">The part that is dropped, from 0 to below 1.</param>
    /// <param name="seed">The seed of the random numbers; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is out of range.</exception>
    public AlphaDropout(double rate, long? seed = null, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _rate = rate;
        _seed = seed;
        CheckFields();
    }

    internal AlphaDropout()
    {
    }

    /// <summary>The part that is dropped, from 0 to below 1.</summary>
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
        // The product of SELU's constants alpha and scale (Klambauer et al. 2017).
        const double saturation = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946;
        double a = 1 / Math.Sqrt((1 - _rate) * (1 + (_rate * saturation * saturation)));
        double b = -a * saturation * _rate;
        Tensor kept = _random.Uniform(context, shape, input.DType) >= _rate;
        return (Tf.Where(kept, input, Tensor.Scalar(saturation, input.DType)) * a) + b;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("rate", ref _rate, minimum: 0, maximum: 1, required: true);
        fields.Seed("seed", ref _seed);
    }
}

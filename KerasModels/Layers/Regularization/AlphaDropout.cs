using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, sets a random part of the elements to the negative saturation value of SELU and rescales, so that mean and variance stay;
/// otherwise passes its input on. Python: <c>tf.keras.layers.AlphaDropout</c>.
/// </summary>
public sealed class AlphaDropout : NoiseLayer
{
    private Shape? _noiseShape;

    /// <summary>Creates a layer.</summary>
    /// <param name="rate">The part that is dropped, from 0 to below 1.</param>
    /// <param name="seed">The seed of the random numbers; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is out of range.</exception>
    public AlphaDropout(double rate, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(rate, seed, name, dtype) => CheckFields();

    internal AlphaDropout()
    {
    }

    /// <summary>The part that is dropped, from 0 to below 1.</summary>
    public double Rate => Amount;

    /// <summary>Dimensions along which one draw holds for all elements (1), the batch first; null: one per element.</summary>
    public Shape? NoiseShape
    {
        get => _noiseShape;
        init => _noiseShape = value;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Shape("noise_shape", ref _noiseShape, only: KerasGeneration.Keras3);
    }

    private protected override Tensor Disturb(Tensor input, SeedGenerator random, CallContext context)
    {
        // The product of SELU's constants alpha and scale (Klambauer et al. 2017).
        const double saturation = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946;
        double a = 1 / Math.Sqrt((1 - Rate) * (1 + (Rate * saturation * saturation)));
        double b = -a * saturation * Rate;
        Tensor kept = random.Uniform(context, MaskShape(input, _noiseShape), input.DType) >= Rate;
        return (Tf.Where(kept, input, Tensor.Scalar(saturation, input.DType)) * a) + b;
    }
}

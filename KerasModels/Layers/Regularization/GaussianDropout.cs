using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, multiplies by normal random numbers of mean 1 and variance rate / (1 - rate); otherwise passes its input on. Python:
/// <c>tf.keras.layers.GaussianDropout</c>.
/// </summary>
public sealed class GaussianDropout : NoiseLayer
{
    /// <summary>Creates a layer.</summary>
    /// <param name="rate">The rate, from 0 to below 1.</param>
    /// <param name="seed">The seed of the random numbers; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is out of range.</exception>
    public GaussianDropout(double rate, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(rate, seed, name, dtype) => CheckFields();

    internal GaussianDropout()
    {
    }

    /// <summary>The rate, from 0 to below 1.</summary>
    public double Rate => Amount;

    private protected override Tensor Disturb(Tensor input, SeedGenerator random, CallContext context) =>
        input * (1 + (random.Normal(context, MaskShape(input, null), input.DType) * Math.Sqrt(Rate / (1 - Rate))));
}

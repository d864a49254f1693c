using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, adds normal random numbers of mean 0; otherwise passes its input on. Python: <c>tf.keras.layers.GaussianNoise</c>.
/// </summary>
public sealed class GaussianNoise : NoiseLayer
{
    /// <summary>Creates a layer.</summary>
    /// <param name="deviation">The standard deviation of the noise, at least 0.</param>
    /// <param name="seed">The seed of the random numbers; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is out of range.</exception>
    public GaussianNoise(double deviation, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(deviation, seed, name, dtype) => CheckFields();

    internal GaussianNoise()
    {
    }

    /// <summary>The standard deviation of the noise, at least 0.</summary>
    public double Deviation => Amount;

    private protected override (string Name, double? Maximum) AmountField => ("stddev", null);

    private protected override Tensor Disturb(Tensor input, SeedGenerator random, CallContext context) =>
        input + (random.Normal(context, MaskShape(input, null), input.DType) * Deviation);
}

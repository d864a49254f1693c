using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Stretches a batch of images vertically by a random factor in training, so that its number of rows changes from batch to batch. Keras 2
/// only.
/// Python: <c>tf.keras.layers.RandomHeight</c>.
/// </summary>
[KerasName("RandomHeight", Generation = KerasGeneration.Keras2)]
public sealed class RandomHeight : RandomStretch
{
    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What is added to 1 for the factor; above -1.</param>
    /// <param name="interpolation">How elements follow from old ones; default bilinear.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is below -1.</exception>
    public RandomHeight(NumberRange factor, Interpolation interpolation = Interpolation.Bilinear, long? seed = null, string? name = null,
        DTypePolicy? dtype = null)
        : base(factor, interpolation, seed, name, dtype)
    {
    }

    internal RandomHeight()
    {
    }

    private protected override int Axis => 1;
}

using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Stretches a batch of images horizontally by a random factor in training, so that its number of columns changes from batch to batch.
/// Keras 2 only.
/// Python: <c>tf.keras.layers.RandomWidth</c>.
/// </summary>
[KerasName("RandomWidth", Generation = KerasGeneration.Keras2)]
public sealed class RandomWidth : RandomStretch
{
    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What is added to 1 for the factor; above -1.</param>
    /// <param name="interpolation">How elements follow from old ones; default bilinear.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is below -1.</exception>
    public RandomWidth(NumberRange factor, Interpolation interpolation = Interpolation.Bilinear, long? seed = null, string? name = null,
        DTypePolicy? dtype = null)
        : base(factor, interpolation, seed, name, dtype)
    {
    }

    internal RandomWidth()
    {
    }

    private protected override int Axis => 2;
}

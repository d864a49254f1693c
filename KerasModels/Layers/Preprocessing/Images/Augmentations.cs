using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The layers among which <see cref="RandAugment"/> and <see cref="AugMix"/> choose.</summary>
internal static class Augmentations
{
    /// <summary>Makes the layers.</summary>
    /// <param name="factor">The factor of each, from 0 to 1.</param>
    /// <param name="interpolation">How elements follow from old ones.</param>
    /// <param name="valueRange">The smallest and the largest value of images.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="changesColors">Whether brightness, color, contrast and sharpness are among them.</param>
    public static IReadOnlyList<Layer> Create(
        NumberRange factor, Interpolation interpolation, NumberRange valueRange, long? seed, bool changesColors)
    {
        List<Layer> layers =
        [
            new RandomShear(factor, factor, interpolation: interpolation, seed: seed),
            new RandomTranslation(factor, factor, interpolation: interpolation, seed: seed),
            new RandomRotation(factor, interpolation: interpolation, seed: seed),
            new RandomPosterization((1, Math.Max(1, (int)(8 * factor.Upper))), valueRange, seed),
            new Solarization(factor, factor, valueRange, seed),
            new AutoContrast(valueRange),
            new Equalization(valueRange),
        ];
        if (changesColors)
        {
            layers.AddRange(
            [
                new RandomBrightness(factor, valueRange, seed), new RandomColorDegeneration(factor, valueRange, seed),
                new RandomContrast(factor, valueRange, seed), new RandomSharpness(factor, valueRange, seed),
            ]);
        }

        return layers;
    }

    /// <summary>Changes images by one of the layers.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="images">The images.</param>
    /// <param name="choice">The place of the layer, a whole number as a floating-point scalar; the number of layers: none.</param>
    public static Tensor Apply(IReadOnlyList<Layer> layers, Tensor images, Tensor choice)
    {
        Tensor changed = images;
        for (int k = 0; k < layers.Count; k++)
            changed = Tf.Where(Tf.Equal(choice, Tensor.Scalar((double)k, choice.DType)), layers[k].Call(images), changed);
        return changed;
    }
}

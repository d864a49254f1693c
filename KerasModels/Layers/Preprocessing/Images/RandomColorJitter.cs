using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Changes brightness, contrast, saturation and hue of images in training, each where a factor is given. Python:
/// <c>keras.layers.RandomColorJitter</c>.
/// </summary>
[KerasName("RandomColorJitter", Generation = KerasGeneration.Keras3)]
public sealed class RandomColorJitter : RandomImageLayer
{
    private NumberRange _valueRange = PixelValues.Bytes;
    private NumberRange? _brightnessFactor;
    private NumberRange? _contrastFactor;
    private NumberRange? _saturationFactor;
    private NumberRange? _hueFactor;
    private IReadOnlyList<Layer> _steps = [];

    /// <summary>Creates a layer.</summary>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="brightnessFactor">As for <see cref="RandomBrightness"/>; null (default): brightness stays.</param>
    /// <param name="contrastFactor">As for <see cref="RandomContrast"/>; null (default): contrast stays.</param>
    /// <param name="saturationFactor">As for <see cref="RandomSaturation"/>; null (default): saturation stays.</param>
    /// <param name="hueFactor">As for <see cref="RandomHue"/>; null (default): hue stays.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A factor is out of range.</exception>
    public RandomColorJitter(
        NumberRange? valueRange = null, NumberRange? brightnessFactor = null, NumberRange? contrastFactor = null,
            NumberRange? saturationFactor = null, NumberRange? hueFactor = null,
        long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _valueRange = valueRange ?? PixelValues.Bytes;
        _brightnessFactor = brightnessFactor;
        _contrastFactor = contrastFactor;
        _saturationFactor = saturationFactor;
        _hueFactor = hueFactor;
        CheckFields();
        MakeSteps();
    }

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context) =>
        _steps.Aggregate(images, (values, step) => step.Call(values));

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("value_range", ref _valueRange);
        fields.OptionalRange("brightness_factor", ref _brightnessFactor, -1, 1);
        fields.OptionalRange("contrast_factor", ref _contrastFactor, 0, 1);
        fields.OptionalRange("saturation_factor", ref _saturationFactor, -1, 1);
        fields.OptionalRange("hue_factor", ref _hueFactor, 0, 1);
        if (fields.IsReading)
            MakeSteps();
    }

    private void MakeSteps()
    {
        List<Layer> steps = [];
        if (_brightnessFactor is { } brightness)
            steps.Add(new RandomBrightness(brightness, _valueRange, Seed, name: "random_brightness"));
        if (_contrastFactor is { } contrast)
            steps.Add(new RandomContrast(contrast, _valueRange, Seed, name: "random_contrast"));
        if (_saturationFactor is { } saturation)
            steps.Add(new RandomSaturation(saturation, _valueRange, Seed, name: "random_saturation"));
        if (_hueFactor is { } hue)
            steps.Add(new RandomHue(hue, _valueRange, Seed, name: "random_hue"));
        _steps = steps;
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Changes a batch of images in training by layers that are chosen at random: shear, translation, rotation, brightness, color, contrast,
/// sharpness, bits, solarization, automatic contrast or
/// equalization. Where one is chosen twice, it draws anew (in Keras it repeats what it drew). Python: <c>keras.layers.RandAugment</c>.
/// </summary>
[KerasName("RandAugment", Generation = KerasGeneration.Keras3)]
public sealed class RandAugment : RandomImageLayer
{
    private NumberRange _valueRange = PixelValues.Bytes;
    private int _operations = 2;
    private NumberRange _factor = new(0, 0.5);
    private Interpolation _interpolation = Interpolation.Bilinear;
    private IReadOnlyList<Layer> _choices = [];

    /// <summary>Creates a layer.</summary>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="operations">How many layers change the images, one after the other; default 2. Python: <c>num_ops</c>.</param>
    /// <param name="factor">The factor of each layer, from 0 to 1; null (default): 0 and 0.5.</param>
    /// <param name="interpolation">How elements follow from old ones: bilinear (default) or nearest.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is out of range.</exception>
    public RandAugment(
        NumberRange? valueRange = null, int operations = 2, NumberRange? factor = null,
            Interpolation interpolation = Interpolation.Bilinear, long? seed = null,
        DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _valueRange = valueRange ?? PixelValues.Bytes;
        _operations = operations;
        _factor = factor ?? new NumberRange(0, 0.5);
        _interpolation = interpolation;
        CheckFields();
        MakeChoices();
    }

    /// <summary>The factor of each layer.</summary>
    public NumberRange Factor => _factor;

    /// <summary>How many layers change the images.</summary>
    public int Operations => _operations;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        Tensor changed = images;
        for (int i = 0; i < _operations; i++)
            changed = Augmentations.Apply(_choices, changed, Tf.Floor(DrawOne(images, context, (0, _choices.Count))));
        return changed;
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        PixelValues.RequireChannels(this, inputShape, DataFormat, 1, 3);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("value_range", ref _valueRange);
        fields.Integer("num_ops", ref _operations, minimum: 0);
        fields.Range("factor", ref _factor, 0, 1, overlaps: true);
        fields.Choice("interpolation", ref _interpolation, ("bilinear", Interpolation.Bilinear), ("nearest", Interpolation.Nearest));
        if (fields.IsReading)
            MakeChoices();
    }

    private void MakeChoices() => _choices = Augmentations.Create(_factor, _interpolation, _valueRange, Seed, changesColors: true);
}

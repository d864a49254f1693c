using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Changes the saturation of images in training: a factor of 0.5 leaves it, 0 makes images gray, towards 1 it grows without bound. Python:
/// <c>keras.layers.RandomSaturation</c>.
/// </summary>
[KerasName("RandomSaturation", Generation = KerasGeneration.Keras3)]
public sealed class RandomSaturation : RandomImageLayer
{
    private NumberRange _factor;
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What factors lie between, from -1 to 1.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomSaturation(
        NumberRange factor, NumberRange? valueRange = null, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor;
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    internal RandomSaturation()
    {
    }

    /// <summary>What factors lie between.</summary>
    public NumberRange Factor => _factor;

    /// <summary>The smallest and the largest value of images.</summary>
    public NumberRange ValueRange => _valueRange;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tensor factor = DrawEach(images, context, _factor);
        Tensor scale = factor / (1 - factor + 1e-7);
        return PixelValues.ChangeHsv(images, 1, saturation => PixelValues.Clip(saturation * scale, _valueRange));
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        PixelValues.RequireChannels(this, inputShape, DataFormat, 3);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, -1, 1, overlaps: true, required: true);
        fields.Range("value_range", ref _valueRange);
    }
}

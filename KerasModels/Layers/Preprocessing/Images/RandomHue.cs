using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Shifts the hue of images in training, each by its own angle. Python: <c>keras.layers.RandomHue</c>.</summary>
[KerasName("RandomHue", Generation = KerasGeneration.Keras3)]
public sealed class RandomHue : RandomImageLayer
{
    private NumberRange _factor;
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the angles lie between, as a part of half a turn, in either direction; from 0 to 1.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomHue(
        NumberRange factor, NumberRange? valueRange = null, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor;
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    internal RandomHue()
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
        Tensor sign =
            Tf.Where(DrawEach(images, context, (0, 1)) > 0.5, Tensor.Scalar(-0.5, images.DType), Tensor.Scalar(0.5, images.DType));
        Tensor shift = sign * DrawEach(images, context, _factor);
        NumberRange unit = new(0, 1);
        Tensor shifted = PixelValues.ChangeHsv(PixelValues.Map(images, _valueRange, unit), 0, hue =>
        {
            Tensor moved = hue + shift;
            moved = Tf.Where(moved > 1, moved - 1, moved);
            return Tf.Where(moved < 0, moved + 1, moved);
        });
        return PixelValues.Map(PixelValues.Clip(shifted, unit), unit, _valueRange);
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
        fields.Range("factor", ref _factor, 0, 1, overlaps: true, required: true);
        fields.Range("value_range", ref _valueRange);
    }
}

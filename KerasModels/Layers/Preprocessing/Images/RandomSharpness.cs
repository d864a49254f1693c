using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Changes the sharpness of images in training: a factor of 0.5 leaves it, 0 blurs, 1 sharpens. Python:
/// <c>keras.layers.RandomSharpness</c>.
/// </summary>
[KerasName("RandomSharpness", Generation = KerasGeneration.Keras3)]
public sealed class RandomSharpness : RandomImageLayer
{
    private NumberRange _factor;
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What factors lie between, from 0 to 1.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomSharpness(
        NumberRange factor, NumberRange? valueRange = null, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor;
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    internal RandomSharpness()
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
        Tensor kept = DrawEach(images, context, _factor) * 2;
        double around = 1.0 / 13, middle = 5.0 / 13;
        Tensor smoothed =
            PixelValues.Filter(images,
            HostArrays.ToTensor([around, around, around, around, middle, around, around, around, around], images.DType, [3, 3]));
        return PixelValues.Clip(images + ((1 - kept) * (smoothed - images)), _valueRange);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        PixelValues.RequireChannels(this, inputShape, DataFormat);
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

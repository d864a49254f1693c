using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Takes color from images in training: 1 makes them gray, 0 leaves them as they are. Python: <c>keras.layers.RandomColorDegeneration</c>.
/// </summary>
[KerasName("RandomColorDegeneration", Generation = KerasGeneration.Keras3)]
public sealed class RandomColorDegeneration : RandomImageLayer
{
    private NumberRange _factor;
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the part that is taken lies between, from -1 to 1.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomColorDegeneration(
        NumberRange factor, NumberRange? valueRange = null, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor;
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    internal RandomColorDegeneration()
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
        return PixelValues.Clip(images + (factor * (PixelValues.Gray(images) - images)), _valueRange);
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
        fields.Range("factor", ref _factor, -1, 1, overlaps: true, required: true);
        fields.Range("value_range", ref _valueRange);
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Turns the values of images around in training, each with a probability. Python: <c>keras.layers.RandomInvert</c>.</summary>
[KerasName("RandomInvert", Generation = KerasGeneration.Keras3)]
public sealed class RandomInvert : RandomImageLayer
{
    private NumberRange _factor = new(0, 1);
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the probability of an image lies between, from 0 to 1; null (default): 0 and 1.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomInvert(
        NumberRange? factor = null, NumberRange? valueRange = null, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor ?? new NumberRange(0, 1);
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    /// <summary>What factors lie between.</summary>
    public NumberRange Factor => _factor;

    /// <summary>The smallest and the largest value of images.</summary>
    public NumberRange ValueRange => _valueRange;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Tf.Where(Choose(images, context, _factor), _valueRange.Upper - images, images);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, 0, 1, overlaps: true);
        fields.Range("value_range", ref _valueRange);
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Turns the bright values of images around in training. Python: <c>keras.layers.Solarization</c>.</summary>
[KerasName("Solarization", Generation = KerasGeneration.Keras3)]
public sealed class Solarization : RandomImageLayer
{
    private NumberRange _additionFactor;
    private NumberRange _thresholdFactor;
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="additionFactor">What is added to values first, as a part of their range, from 0 to 1; null (default): nothing.</param>
    /// <param name="thresholdFactor">Where bright values begin, as a part of their range, from 0 to 1; null (default): at once.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public Solarization(
        NumberRange? additionFactor = null, NumberRange? thresholdFactor = null, NumberRange? valueRange = null, long? seed = null,
            DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _additionFactor = additionFactor ?? new NumberRange(0, 0);
        _thresholdFactor = thresholdFactor ?? new NumberRange(0, 0);
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    /// <summary>The smallest and the largest value of images.</summary>
    public NumberRange ValueRange => _valueRange;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        // Keras scales the upper bound alone.
        Tensor added = DrawEach(images, context, (_additionFactor.Lower, _additionFactor.Upper * 255)),
            threshold = DrawEach(images, context, (_thresholdFactor.Lower, _thresholdFactor.Upper * 255));
        Tensor values = PixelValues.Clip(PixelValues.Map(images, _valueRange, PixelValues.Bytes) + added, PixelValues.Bytes);
        return PixelValues.Map(Tf.Where(values < threshold, values, 255 - values), PixelValues.Bytes, _valueRange);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("addition_factor", ref _additionFactor, 0, 1);
        fields.Range("threshold_factor", ref _thresholdFactor, 0, 1);
        fields.Range("value_range", ref _valueRange);
    }
}

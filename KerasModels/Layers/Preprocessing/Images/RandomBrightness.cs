using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Adds a number to images in training, to each its own. Python: <c>tf.keras.layers.RandomBrightness</c>.</summary>
public sealed class RandomBrightness : RandomImageLayer
{
    private NumberRange _factor;
    private NumberRange _valueRange = new(0, 255);


    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the numbers lie between, as a part of the range of values; from -1 to 1.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomBrightness(NumberRange factor, NumberRange? valueRange = null, long? seed = null,
        DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor;
        _valueRange = valueRange ?? new NumberRange(0, 255);
        CheckFields();
    }

    internal RandomBrightness()
    {
    }

    /// <summary>What factors lie between.</summary>
    public NumberRange Factor => _factor;

    /// <summary>The smallest and the largest value of images.</summary>
    public NumberRange ValueRange => _valueRange;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        Tensor added = DrawEach(images, context, _factor) * (_valueRange.Upper - _valueRange.Lower);
        return Tf.ClipByValue(images + added, _valueRange.Lower, _valueRange.Upper);
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

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Scales the distances of elements from the mean of their image and channel in training. Python: <c>tf.keras.layers.RandomContrast</c>.
/// </summary>
public sealed class RandomContrast : RandomImageLayer
{
    private NumberRange _factor;
    private NumberRange _valueRange = new(0, 255);


    /// <summary>Creates a layer.</summary>
    /// <param name="factor">The distances are multiplied by a number from 1 less the lower bound to 1 plus the upper one; a number alone:
    /// from 1.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomContrast(NumberRange factor, NumberRange? valueRange = null, long? seed = null,
        DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor;
        _valueRange = valueRange ?? new NumberRange(0, 255);
        CheckFields();
    }

    internal RandomContrast()
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
        NumberRange range = new(1 - _factor.Lower, 1 + _factor.Upper);
        // Keras 2 draws one number for the batch.
        Tensor factor = IsOfKeras2 ? DrawOne(images, context, range) : DrawEach(images, context, range);
        Tensor mean = Tf.ReduceMean(images, [1, 2], keepDims: true);
        return Tf.ClipByValue(((images - mean) * factor) + mean, _valueRange.Lower, _valueRange.Upper);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        bool isOfKeras2 = fields.Generation == KerasGeneration.Keras2;
        fields.Range("factor", ref _factor, isOfKeras2 ? double.MinValue : 0, 1, overlaps: true, required: true);
        // There a number alone stands for both bounds, and the range of values is fixed.
        if (fields.IsReading && isOfKeras2 && _factor.IsSingle)
            _factor = new NumberRange(_factor.Upper, _factor.Upper);
        if (!isOfKeras2)
            fields.Range("value_range", ref _valueRange);
    }
}

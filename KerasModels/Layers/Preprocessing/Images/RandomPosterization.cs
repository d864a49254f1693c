using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Leaves the values of images their first bits in training. Python: <c>keras.layers.RandomPosterization</c>.</summary>
[KerasName("RandomPosterization", Generation = KerasGeneration.Keras3)]
public sealed class RandomPosterization : RandomImageLayer
{
    private NumberRange _factor = new(1, 8);
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">The number of bits, from 1 to 8: a random one from the lower bound to below the upper one, or both where they
    /// are equal.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomPosterization(
        NumberRange factor, NumberRange? valueRange = null, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor;
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    internal RandomPosterization()
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
        // A draw of the upper bound itself does not occur, but rounding may reach it.
        Tensor bits = _factor.Lower < _factor.Upper
            ? Tf.Minimum(Tf.Floor(Tf.Cast(DrawEach(images, context, _factor), DType.Float32)),
                (float)Math.Max(Math.Ceiling(_factor.Upper) - 1, _factor.Lower))
            : Tensor.Fill([1, 1, 1, 1], _factor.Lower, DType.Float32);
        Tensor shift = Tf.Cast(8 - bits, DType.UInt8);
        Tensor bytes = Tf.Cast(PixelValues.Map(images, _valueRange, PixelValues.Bytes), DType.UInt8);
        Tensor kept = RawOps.LeftShift(RawOps.RightShift(bytes, shift), shift);
        return PixelValues.Map(Tf.Cast(kept, images.DType), PixelValues.Bytes, _valueRange);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, 1, 8, overlaps: true, required: true);
        fields.Range("value_range", ref _valueRange);
    }
}

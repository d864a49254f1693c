using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Replaces a random rectangle of images in training, each with a probability. Python: <c>keras.layers.RandomErasing</c>.
/// </summary>
[KerasName("RandomErasing", Generation = KerasGeneration.Keras3)]
public sealed class RandomErasing : RandomImageLayer
{
    private NumberRange _factor = new(0, 1);
    private NumberRange _scale = new(0.02, 0.33);
    private double[]? _fillValue;
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the probability of an image lies between, from 0 to 1; null (default): 0 and 1.</param>
    /// <param name="scale">What the squares of the sides lie between, as a part of the image; null (default): 0.02 and 0.33.</param>
    /// <param name="fillValue">What stands in the rectangle: one number, or three for the channels; null (default): random numbers.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomErasing(
        NumberRange? factor = null, NumberRange? scale = null, IReadOnlyList<double>? fillValue = null, NumberRange? valueRange = null,
            long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor ?? new NumberRange(0, 1);
        _scale = scale ?? new NumberRange(0.02, 0.33);
        _fillValue = fillValue?.ToArray();
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
        Tensor width = Tf.Sqrt(DrawEach(images, context, _scale)), height = Tf.Sqrt(DrawEach(images, context, _scale));
        Tensor isErased =
            RandomRectangle.Of(images, width, height, DrawEach(images, context, (0, 1)), DrawEach(images, context, (0, 1))).IsInside;
        Tensor fill = _fillValue is null
            ? Random.Normal(context, RawOps.Shape(images, DType.Int64), images.DType) * _valueRange.Upper
            : HostArrays.ToTensor(_fillValue, images.DType, [_fillValue.Length]);
        return Tf.Where(Tf.LogicalAnd(Choose(images, context, _factor), isErased), PixelValues.Clip(fill, _valueRange), images);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, 0, 1, overlaps: true);
        fields.Range("scale", ref _scale, 0, 1, overlaps: true);
        fields.OptionalNumbers("fill_value", ref _fillValue);
        fields.Range("value_range", ref _valueRange);
        if (_fillValue is { Length: not (1 or 3) })
            throw fields.Fail($"expected fill_value to be one number or three, received {_fillValue.Length}.");
    }
}

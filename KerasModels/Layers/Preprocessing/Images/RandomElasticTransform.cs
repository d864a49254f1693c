using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Distorts images smoothly in training, each with a probability and all to one extent. The distances of elements are drawn for rows and
/// columns apart (Keras draws the same for both). Python: <c>keras.layers.RandomElasticTransform</c>.
/// </summary>
[KerasName("RandomElasticTransform", Generation = KerasGeneration.Keras3)]
public sealed class RandomElasticTransform : RandomWarp
{
    private NumberRange _factor = new(0, 1);
    private NumberRange _scale = new(0, 1);
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the probability of an image lies between, from 0 to 1; null (default): 0 and 1.</param>
    /// <param name="scale">What the extent lies between, from 0 to 1; null (default): 0 and 1. At extent s, distances are of a deviation of
    /// 0.05 s times the smaller side, smoothed by a Gaussian of that deviation, and multiplied by 0.1 s times the larger side.</param>
    /// <param name="interpolation">How elements follow from old ones: bilinear (default) or nearest.</param>
    /// <param name="fillMode">What stands beyond the border; default the image mirrored.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>; default 0.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is not from 0 to 1.</exception>
    public RandomElasticTransform(
        NumberRange? factor = null, NumberRange? scale = null, Interpolation interpolation = Interpolation.Bilinear,
        FillMode fillMode = FillMode.Reflect, double fillValue = 0, NumberRange? valueRange = null, long? seed = null,
        DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(fillMode, interpolation, fillValue, seed, dataFormat, name, dtype)
    {
        _factor = factor ?? new NumberRange(0, 1);
        _scale = scale ?? new NumberRange(0, 1);
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    /// <summary>What the probability of an image lies between.</summary>
    public NumberRange Factor => _factor;

    /// <summary>What the extent lies between.</summary>
    public NumberRange Scale => _scale;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tensor chosen = Choose(images, context, _factor), extent = DrawOne(images, context, _scale);
        (Tensor rows, Tensor columns) = SidesOf(images);
        rows = Tf.Cast(rows, images.DType);
        columns = Tf.Cast(columns, images.DType);
        Tensor distance = Tf.Maximum(rows, columns) * 0.1 * extent, deviation = Tf.Minimum(rows, columns) * 0.05 * extent;
        Tensor y = Tf.Reshape(Places(rows), [1, -1, 1]) + (distance * Noise(images, context, deviation));
        Tensor x = Tf.Reshape(Places(columns), [1, 1, -1]) + (distance * Noise(images, context, deviation));
        Tensor moved = ImageSampling.At(images, y, x, Interpolation, FillMode, FillValue);
        return PixelValues.Clip(Tf.Where(chosen, moved, images), _valueRange);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, 0, 1, overlaps: true);
        fields.Range("scale", ref _scale, 0, 1, overlaps: true);
        fields.Range("value_range", ref _valueRange);
    }

    private protected override void DescribeFilling(ConfigFields fields, ref FillMode fillMode) => fields.Choice(
        "fill_mode", ref fillMode, ("reflect", FillMode.Reflect), ("wrap", FillMode.Wrap), ("constant", FillMode.Constant),
        ("nearest", FillMode.Nearest), ("mirror", FillMode.Mirror));

    private static Tensor Places(Tensor size) =>
        RawOps.Range(Tensor.Scalar(0, size.DType), size, Tensor.Scalar(1, size.DType));

    /// <summary>Normal random numbers of a deviation, smoothed by a Gaussian of the same one, [batch, rows, columns].</summary>
    private Tensor Noise(Tensor images, CallContext context, Tensor deviation)
    {
        Tensor shape = Tf.Concat([RawOps.Shape(images, DType.Int64)[..3], Tensor.From<long>([1])], 0);
        Tensor noise = Random.Normal(context, shape, images.DType) * deviation;
        Tensor kernel = Gaussian(deviation, images.Shape[1] < 0 || images.Shape[2] < 0 ? null : Math.Min(images.Shape[1], images.Shape[2]));
        noise = RawOps.Conv2D(noise, Tf.Reshape(kernel, [-1, 1, 1, 1]), [1, 1, 1, 1], "SAME");
        return Tf.Squeeze(RawOps.Conv2D(noise, Tf.Reshape(kernel, [1, -1, 1, 1]), [1, 1, 1, 1], "SAME"), 3);
    }

    /// <summary>A Gaussian kernel of 6 k + 1 elements, k the whole part of the deviation.</summary>
    /// <param name="deviation">The standard deviation, a scalar.</param>
    /// <param name="side">The smaller side of the images, so that the kernel has one length for every extent, as XLA needs, and zeros at
    /// its
    /// ends; null: not known.</param>
    private Tensor Gaussian(Tensor deviation, long? side)
    {
        Tensor half = 3 * Tf.Floor(deviation);
        Tensor reach = side is { } known ? Tensor.Scalar(3 * Math.Floor(known * 0.05 * _scale.Upper), deviation.DType) : half;
        Tensor distance = RawOps.Range(-reach, reach + 1, Tensor.Scalar(1, deviation.DType));
        // An extent of 0 leaves a kernel of one element.
        Tensor scaled = distance / Tf.Maximum(deviation, Tensor.Scalar(1e-6, deviation.DType));
        Tensor weights = Tf.Where(Tf.Abs(distance) <= half, Tf.Exp(-0.5 * Tf.Square(scaled)), Tensor.Scalar(0, deviation.DType));
        return weights / Tf.ReduceSum(weights);
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Spreads the values of each channel so that all are about equally frequent in the batch, in training; elsewhere images stay as they are.
/// Python: <c>keras.layers.Equalization</c>.
/// </summary>
[KerasName("Equalization", Generation = KerasGeneration.Keras3)]
public sealed class Equalization : ImageLayer
{
    private NumberRange _valueRange = PixelValues.Bytes;
    private int _bins = 256;

    /// <summary>Creates a layer.</summary>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="bins">The number of values that are distinguished; default 256.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is below 2.</exception>
    public Equalization(NumberRange? valueRange = null, int bins = 256, DataFormat dataFormat = DataFormat.ChannelsLast,
        string? name = null, DTypePolicy? dtype = null) : base(dataFormat, name, dtype)
    {
        _valueRange = valueRange ?? PixelValues.Bytes;
        _bins = bins;
        CheckFields();
    }

    /// <summary>The smallest and the largest value of images.</summary>
    public NumberRange ValueRange => _valueRange;

    /// <summary>The number of values that are distinguished.</summary>
    public int Bins => _bins;

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Training)
            return images;
        Tensor values = PixelValues.Map(images, _valueRange, PixelValues.Bytes);
        Tensor equalized = Tf.Concat([.. Tf.Split(values, checked((int)images.Shape[3]), axis: 3).Select(Equalize)], 3);
        return PixelValues.Map(equalized, PixelValues.Bytes, _valueRange);
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
        fields.Range("value_range", ref _valueRange);
        fields.Integer("bins", ref _bins, minimum: 2);
    }

    private Tensor Equalize(Tensor channel)
    {
        Tensor scaled = Tf.Cast(channel, DType.Float32) * (_bins - 1) / 255;
        Tensor bins = Tf.Cast(RawOps.Reshape(Tf.ClipByValue(scaled, 0, _bins - 1), Tensor.From<int>([-1])), DType.Int32);
        Tensor histogram = RawOps.DenseBincount(bins, Tensor.Scalar(_bins), Tensor.Zeros([0], DType.Float32));
        Tensor cumulated = Tf.CumSum(histogram);
        // The first that is not 0.
        Tensor least = Tf.ReduceMin(Tf.Where(cumulated > 0, cumulated, Tf.ReduceMax(cumulated)));
        Tensor span = cumulated[^1] - least;
        Tensor table =
            PixelValues.Clip(Tf.Round((cumulated - least) * 255 / Tf.Where(span > 0, span, Tf.OnesLike(span))), PixelValues.Bytes);
        Tensor indices = Tf.Cast(Tf.ClipByValue(channel / 255 * (_bins - 1), 0, _bins - 1), DType.Int32);
        Tensor equalized = Tf.Cast(Tf.Gather(table, indices), channel.DType);
        return Tf.Where(Tf.ReduceSum(Tf.Cast(histogram > 0, DType.Int32)) <= 1, channel, equalized);
    }
}

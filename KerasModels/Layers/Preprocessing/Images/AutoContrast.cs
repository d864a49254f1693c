using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Stretches the values of each channel of each image to the whole range, in training and elsewhere. Python:
/// <c>keras.layers.AutoContrast</c>.
/// </summary>
[KerasName("AutoContrast", Generation = KerasGeneration.Keras3)]
public sealed class AutoContrast : ImageLayer
{
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public AutoContrast(NumberRange? valueRange = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(dataFormat, name, dtype)
    {
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    /// <summary>The smallest and the largest value of images.</summary>
    public NumberRange ValueRange => _valueRange;

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor images, CallContext context)
    {
        Tensor values = PixelValues.Map(images, _valueRange, PixelValues.Bytes);
        Tensor low = Tf.ReduceMin(values, [1, 2], keepDims: true), high = Tf.ReduceMax(values, [1, 2], keepDims: true);
        Tensor scale = 255 / (high - low);
        Tensor stretched =
            PixelValues.Map(PixelValues.Clip((values * scale) - (low * scale), PixelValues.Bytes), PixelValues.Bytes, _valueRange);
        // A channel of one value has no range.
        return Tf.Where(Tf.Math.IsNan(stretched), images, stretched);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("value_range", ref _valueRange);
    }
}

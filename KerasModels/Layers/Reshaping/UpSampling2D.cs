using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Enlarges images, by repeating elements or by interpolation. Python: <c>tf.keras.layers.UpSampling2D</c>.</summary>
public sealed class UpSampling2D : UpSampling
{
    private KerasGeneration _generation = KerasGeneration.Keras3;
    private Interpolation _interpolation;

    /// <summary>Creates a layer.</summary>
    /// <param name="size">By how much each dimension grows: one number, or one for each. Default 2.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="interpolation">How new elements follow from old ones. Default: the nearest.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1.</exception>
    public UpSampling2D(
        Extents? size = null, DataFormat dataFormat = DataFormat.ChannelsLast, Interpolation interpolation = Interpolation.Nearest,
            string? name = null, DTypePolicy? dtype = null)
        : base((size ?? 2).For(2, "size"), dataFormat, name, dtype)
    {
        _interpolation = interpolation;
        CheckFields();
    }

    /// <summary>How new elements follow from old ones.</summary>
    public Interpolation Interpolation => _interpolation;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_interpolation == Interpolation.Nearest)
            return base.Call(input, context);
        bool isFirst = DataFormat == DataFormat.ChannelsFirst;
        Tensor images = isFirst ? Tf.Transpose(input, [0, 2, 3, 1]) : input;
        // Sizes that are known stay known where the layer is traced.
        Tensor size = images.Shape[1] >= 0 && images.Shape[2] >= 0
            ? Tensor.From<int>([(int)images.Shape[1] * Factors[0], (int)images.Shape[2] * Factors[1]])
            : RawOps.Shape(images, Runtime.DType.Int32)[1..3] * Tensor.From(Factors.ToArray());
        // Keras 2 leaves what is interpolated in float32.
        Tensor output = _generation == KerasGeneration.Keras2 && input.DType is Runtime.DType.Float16 or Runtime.DType.BFloat16
            ? ImageResize.Resample(images, size, _interpolation)
            : ImageResize.Resize(images, size, _interpolation);
        return isFirst ? Tf.Transpose(output, [0, 3, 1, 2]) : output;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape>? DeclareOutputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        long[] shape = inputShapes[0].ToArray();
        for (int i = 0; i < 2; i++)
            shape[FirstAxis + i] = shape[FirstAxis + i] < 0 ? -1 : shape[FirstAxis + i] * Factors[i];
        return [Shape.Create(shape)];
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Choice("interpolation", ref _interpolation, ImageResize.Names);
        fields.Origin(ref _generation);
    }
}

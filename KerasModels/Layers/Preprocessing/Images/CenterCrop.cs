using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The middle of images; of smaller ones the largest part in the middle that has the ratio of the sides, resized. Python:
/// <c>tf.keras.layers.CenterCrop</c>.
/// </summary>
public sealed class CenterCrop : ImageLayer
{
    private int _height = 1;
    private int _width = 1;

    /// <summary>Creates a layer.</summary>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1.</exception>
    public CenterCrop(int height, int width, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(dataFormat, name, dtype)
    {
        _height = height;
        _width = width;
        CheckFields();
    }

    internal CenterCrop()
    {
    }

    /// <summary>The number of rows.</summary>
    public int Height => _height;

    /// <summary>The number of columns.</summary>
    public int Width => _width;

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        long rows = images.Shape[1], columns = images.Shape[2];
        // A size that is known only when a graph runs must be large enough then.
        if (rows < 0 || columns < 0)
            return Part(images, Offset(images, 1, _height), Offset(images, 2, _width), _height, _width);
        return rows >= _height && columns >= _width
            ? Part(images, Tensor.Scalar((int)((rows - _height) / 2)), Tensor.Scalar((int)((columns - _width) / 2)), _height, _width)
            : Resized(AspectRatio.Crop(images, _height, _width), _height, _width);
    }

    private static Tensor Offset(Tensor images, int axis, long size)
    {
        Tensor length = Tf.Reshape(RawOps.Shape(images, Runtime.DType.Int32)[axis..(axis + 1)], Shape.Scalar);
        return RawOps.FloorDiv(length - Tensor.Scalar((int)size), Tensor.Scalar(2));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("height", ref _height, minimum: 1, required: true);
        fields.Integer("width", ref _width, minimum: 1, required: true);
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A part of the images at a random place, the same for the whole batch, in training. Elsewhere the images as they are in Keras 3, and in
/// Keras 2 their middle, resized.
/// Python: <c>tf.keras.layers.RandomCrop</c>.
/// </summary>
public sealed class RandomCrop : RandomImageLayer
{
    private int _height = 1;
    private int _width = 1;

    /// <summary>Creates a layer.</summary>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1.</exception>
    public RandomCrop(int height, int width, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _height = height;
        _width = width;
        CheckFields();
    }

    internal RandomCrop()
    {
    }

    /// <summary>The number of rows.</summary>
    public int Height => _height;

    /// <summary>The number of columns.</summary>
    public int Width => _width;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        long rows = images.Shape[1], columns = images.Shape[2];
        if (rows < 0 || columns < 0)
            throw new TfLbfgsException(
                $"{this}: expected images of a known number of rows and columns in training, received {images.Shape}.");
        if (IsOfKeras2 ? rows >= _height && columns >= _width : rows > _height && columns > _width)
            return Part(images, DrawStart(images, context, rows - _height), DrawStart(images, context, columns - _width), _height, _width);
        return IsOfKeras2 ? Middle(images) : Resized(CutOff(images, (int)rows, (int)columns), _height, _width);
    }

    /// <inheritdoc/>
    protected override Tensor TransformAtInference(Tensor images) => IsOfKeras2 ? Middle(images) : images;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("height", ref _height, minimum: 1, required: true);
        fields.Integer("width", ref _width, minimum: 1, required: true);
    }

    private Tensor DrawStart(Tensor images, CallContext context, long most) =>
        Tf.Minimum(Tf.Cast(DrawOne(images, context, (0, most + 1)), DType.Int32), Tensor.Scalar((int)most));

    private Tensor Middle(Tensor images) => Resized(AspectRatio.Crop(images, _height, _width), _height, _width);

    // Keras 3 takes the start of the middle that has the ratio of the sides, but the length of the result.
    private Tensor CutOff(Tensor images, int rows, int columns)
    {
        int cropRows = Math.Clamp((int)((double)columns * _height / _width), 1, rows),
            cropColumns = Math.Clamp((int)((double)rows * _width / _height), 1, columns);
        int row = (rows - cropRows) / 2, column = (columns - cropColumns) / 2;
        return Part(images, Tensor.Scalar(row), Tensor.Scalar(column), Math.Min(_height, rows - row), Math.Min(_width, columns - column));
    }
}

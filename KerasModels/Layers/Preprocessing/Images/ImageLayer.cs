using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A layer that changes images: a batch, [batch, rows, columns, channels], or one, [rows, columns, channels]; the channels may come before
/// the rows. Derive from it and override
/// <see cref="Transform"/>. Python: <c>BaseImagePreprocessingLayer</c>.
/// </summary>
public abstract class ImageLayer : Layer
{
    private DataFormat _dataFormat;
    private KerasGeneration _generation = KerasGeneration.Keras3;

    /// <summary>Starts a layer.</summary>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    protected ImageLayer(DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype) => _dataFormat = dataFormat;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <summary>Whether formulas are those of Keras 2, from whose file the layer was read.</summary>
    private protected bool IsOfKeras2 => _generation == KerasGeneration.Keras2;

    /// <summary>Whether integers become numbers of the dtype in which the layer computes. Default true.</summary>
    private protected virtual bool CastsIntegers => true;

    /// <summary>Changes images. Intermediate results are disposed by the caller's scope.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="context">The call.</param>
    /// <returns>The changed images, in the same order of dimensions; the argument itself where nothing changes.</returns>
    protected abstract Tensor Transform(Tensor images, CallContext context);

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context) => Change(input, images => Transform(images, context));

    /// <summary>Changes images in the layout of the layer by a function of batches with the channels last.</summary>
    private protected Tensor Change(Tensor input, Func<Tensor, Tensor> transform)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor x = CastsIntegers && input.DType != ComputeDType ? Tf.Cast(input, ComputeDType) : input;
        bool isSingle = x.Rank == 3, isFirst = _dataFormat == DataFormat.ChannelsFirst;
        Tensor images = isSingle ? Tf.ExpandDims(x, 0) : x;
        if (isFirst)
            images = Tf.Transpose(images, [0, 2, 3, 1]);
        Tensor result = transform(images);
        if (ReferenceEquals(result, images))
            return x;
        if (isFirst)
            result = Tf.Transpose(result, [0, 3, 1, 2]);
        return isSingle ? Tf.Squeeze(result, 0) : result;
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        if (!inputShape.HasRank || inputShape.Rank is not (3 or 4))
            throw new TfLbfgsException($"{this}: expected images of 3 dimensions, or a batch of them of 4, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _generation);
        if (fields.Generation == KerasGeneration.Keras3)
            fields.DataFormat(ref _dataFormat);
        // Boxes come in dictionaries, which are none of the inputs of layers here.
        fields.Ignore("bounding_box_format", "rng_type");
    }

    /// <summary>A part of images.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="row">The first row, an int32 scalar.</param>
    /// <param name="column">The first column, an int32 scalar.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of columns.</param>
    private protected static Tensor Part(Tensor images, Tensor row, Tensor column, int height, int width)
    {
        Tensor zero = Tensor.Scalar(0);
        Tensor part = RawOps.Slice(images, RawOps.Pack([zero, row, column, zero]), Tensor.From<int>([-1, height, width, -1]));
        part.RefineShape([images.Shape[0], height, width, images.Shape[3]]);
        return part;
    }

    /// <summary>Images in another size.</summary>
    private protected static Tensor Resized(Tensor images, int height, int width, Interpolation interpolation = Interpolation.Bilinear,
        bool antialias = false)
    {
        if (images.Shape[1] == height && images.Shape[2] == width)
            return images;
        Tensor resized = ImageResize.Resize(images, Tensor.From<int>([height, width]), interpolation, antialias);
        resized.RefineShape([images.Shape[0], height, width, images.Shape[3]]);
        return resized;
    }
}

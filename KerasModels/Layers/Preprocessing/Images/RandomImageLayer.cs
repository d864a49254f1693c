using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A layer that changes images at random in training, and by default leaves them as they are elsewhere. Derive from it and override <see
/// cref="TransformAtRandom"/>.
/// </summary>
public abstract class RandomImageLayer : ImageLayer
{
    private long? _seed;
    private SeedGenerator? _random;

    /// <summary>Starts a layer.</summary>
    /// <param name="seed">The seed of the random numbers; null (default): one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    protected RandomImageLayer(long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(dataFormat, name, dtype) => _seed = seed;

    /// <summary>The seed of the random numbers; null: one that follows from the layer's name.</summary>
    public long? Seed => _seed;

    /// <summary>Changes images in training.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="context">The call.</param>
    /// <returns>The changed images, in the same order of dimensions.</returns>
    protected abstract Tensor TransformAtRandom(Tensor images, CallContext context);

    /// <summary>Changes images elsewhere; by default not at all.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <returns>The images, in the same order of dimensions.</returns>
    protected virtual Tensor TransformAtInference(Tensor images) => images;

    /// <summary>Uniform random numbers, one for each image.</summary>
    /// <param name="images">The images, the batch first.</param>
    /// <param name="context">The call.</param>
    /// <param name="range">What they lie between.</param>
    /// <param name="rank">The number of dimensions of the result; default 4: [batch, 1, 1, 1].</param>
    /// <returns>The numbers, of the dtype of the images; of integers float32.</returns>
    protected Tensor DrawEach(Tensor images, CallContext context, NumberRange range, int rank = 4)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tensor batch = RawOps.Shape(images, DType.Int64)[..1];
        Tensor shape = rank == 1 ? batch : Tf.Concat([batch, Tensor.From<long>([.. Enumerable.Repeat(1L, rank - 1)])], 0);
        Tensor numbers = Draw(context, shape, range, images.DType.IsFloating ? images.DType : DType.Float32);
        numbers.RefineShape([images.Shape[0], .. Enumerable.Repeat(1L, rank - 1)]);
        return numbers;
    }

    /// <summary>A uniform random number, the same for all images.</summary>
    /// <param name="images">The images, which give the dtype.</param>
    /// <param name="context">The call.</param>
    /// <param name="range">What it lies between.</param>
    /// <returns>A scalar.</returns>
    protected Tensor DrawOne(Tensor images, CallContext context, NumberRange range)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Draw(context, Tensor.From<long>(Array.Empty<long>()), range, images.DType.IsFloating ? images.DType : DType.Float32);
    }

    /// <summary>Chooses images at random.</summary>
    /// <param name="images">The images, the batch first.</param>
    /// <param name="context">The call.</param>
    /// <param name="probability">What the probability of each image lies between.</param>
    /// <returns>bool, [batch, 1, 1, 1].</returns>
    protected Tensor Choose(Tensor images, CallContext context, NumberRange probability) =>
        DrawEach(images, context, (0, 1)) < DrawEach(images, context, probability);

    /// <summary>The generator of the random numbers.</summary>
    protected SeedGenerator Random => _random ??= AddSeedGenerator(_seed);

    /// <inheritdoc/>
    protected sealed override Tensor Transform(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Training ? TransformAtRandom(images, context) : TransformAtInference(images);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Seed("seed", ref _seed);
    }

    private Tensor Draw(CallContext context, Tensor shape, NumberRange range, DType dtype) =>
        (Random.Uniform(context, shape, dtype) * (range.Upper - range.Lower)) + range.Lower;
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Shows images from other points of view in training, each with a probability: the corners move by random distances, except for the one at
/// the origin. Python: <c>keras.layers.RandomPerspective</c>.
/// </summary>
[KerasName("RandomPerspective", Generation = KerasGeneration.Keras3)]
public sealed class RandomPerspective : RandomWarp
{
    private NumberRange _factor = new(0, 1);
    private double _scale = 1;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the probability of an image lies between, from 0 to 1; null (default): 0 and 1.</param>
    /// <param name="scale">The largest distance of corners, as a part of half of the image; from 0 to 1, default 1.</param>
    /// <param name="interpolation">How elements follow from old ones; default bilinear.</param>
    /// <param name="fillValue">The number beyond the border; default 0.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is not from 0 to 1.</exception>
    public RandomPerspective(
        NumberRange? factor = null, double scale = 1, Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0,
            long? seed = null,
        DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(FillMode.Constant, interpolation, fillValue, seed, dataFormat, name, dtype)
    {
        _factor = factor ?? new NumberRange(0, 1);
        _scale = scale;
        CheckFields();
    }

    /// <summary>What the probability of an image lies between.</summary>
    public NumberRange Factor => _factor;

    /// <summary>The largest distance of corners, as a part of half of the image.</summary>
    public double Scale => _scale;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tensor chosen = Choose(images, context, _factor);
        (Tensor rows, Tensor columns) = SidesOf(images);
        Tensor zero = Tensor.Scalar(0f), right = columns - 1, bottom = rows - 1;
        Tensor x = RawOps.Pack([zero, right, zero, right]), y = RawOps.Pack([zero, zero, bottom, bottom]);
        Tensor shape = Tf.Concat([RawOps.Shape(images, DType.Int64)[..1], Tensor.From<long>([4])], 0);
        Tensor newX = x + (x * Offsets(context, shape)), newY = y + (y * Offsets(context, shape));
        return Tf.Where(chosen, WarpBy(images, Homography.Between(newX, newY, x, y)), images);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, 0, 1, overlaps: true);
        fields.Number("scale", ref _scale, minimum: 0, maximum: 1);
    }

    // Beyond the border stands a number.
    private protected override void DescribeFilling(ConfigFields fields, ref FillMode fillMode)
    {
    }

    private Tensor Offsets(CallContext context, Tensor shape) => (Random.Uniform(context, shape, DType.Float32) - 0.5) * _scale;
}

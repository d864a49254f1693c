using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Shifts images in training, each by its own distance. Python: <c>tf.keras.layers.RandomTranslation</c>.</summary>
public sealed class RandomTranslation : RandomWarp
{
    private NumberRange _heightFactor;
    private NumberRange _widthFactor;

    /// <summary>Creates a layer.</summary>
    /// <param name="heightFactor">What distances downwards lie between, as a part of the rows.</param>
    /// <param name="widthFactor">What distances to the right lie between, as a part of the columns.</param>
    /// <param name="fillMode">What stands beyond the border; default the image mirrored.</param>
    /// <param name="interpolation">How elements follow from old ones; default bilinear.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>; default 0.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A factor is not from -1 to 1.</exception>
    public RandomTranslation(
        NumberRange heightFactor, NumberRange widthFactor, FillMode fillMode = FillMode.Reflect,
            Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0, long? seed = null,
        DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(fillMode, interpolation, fillValue, seed, dataFormat, name, dtype)
    {
        _heightFactor = heightFactor;
        _widthFactor = widthFactor;
        CheckFields();
    }

    internal RandomTranslation()
    {
    }

    /// <summary>What distances downwards lie between, as a part of the rows.</summary>
    public NumberRange HeightFactor => _heightFactor;

    /// <summary>What distances to the right lie between, as a part of the columns.</summary>
    public NumberRange WidthFactor => _widthFactor;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        (Tensor rows, Tensor columns) = SidesOf(images);
        Tensor down = DrawColumn(images, context, _heightFactor) * rows, right = DrawColumn(images, context, _widthFactor) * columns;
        Tensor one = Tf.OnesLike(down);
        return Warp(images, one, null, -right, null, one, -down, null, null);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Range("height_factor", ref _heightFactor, -1, 1, required: true);
        fields.Range("width_factor", ref _widthFactor, -1, 1, required: true);
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Zooms images around their middle in training, each by its own factor. Python: <c>tf.keras.layers.RandomZoom</c>.</summary>
public sealed class RandomZoom : RandomWarp
{
    private NumberRange _heightFactor;
    private NumberRange? _widthFactor;

    /// <summary>Creates a layer.</summary>
    /// <param name="heightFactor">What is added to 1 vertically: above 0 shows more of the image, below 0 less.</param>
    /// <param name="widthFactor">The same horizontally; null (default): as vertically, so that the ratio is kept.</param>
    /// <param name="fillMode">What stands beyond the border; default the image mirrored.</param>
    /// <param name="interpolation">How elements follow from old ones; default bilinear.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>; default 0.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A factor is not from -1 to 1.</exception>
    public RandomZoom(
        NumberRange heightFactor, NumberRange? widthFactor = null, FillMode fillMode = FillMode.Reflect,
            Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0,
        long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(fillMode, interpolation, fillValue, seed, dataFormat, name, dtype)
    {
        _heightFactor = heightFactor;
        _widthFactor = widthFactor;
        CheckFields();
    }

    internal RandomZoom()
    {
    }

    /// <summary>What is added to 1 vertically.</summary>
    public NumberRange HeightFactor => _heightFactor;

    /// <summary>What is added to 1 horizontally; null: as vertically.</summary>
    public NumberRange? WidthFactor => _widthFactor;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        (Tensor rows, Tensor columns) = SidesOf(images);
        Tensor down = DrawColumn(images, context, FromOne(_heightFactor));
        Tensor across = _widthFactor is { } width ? DrawColumn(images, context, FromOne(width)) : down;
        return Warp(images, across, null, (columns - 1) / 2 * (1 - across), null, down, (rows - 1) / 2 * (1 - down), null, null);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Range("height_factor", ref _heightFactor, -1, 1, required: true);
        fields.OptionalRange("width_factor", ref _widthFactor, -1, 1);
    }

    private static NumberRange FromOne(NumberRange factor) => new(1 + factor.Lower, 1 + factor.Upper);
}

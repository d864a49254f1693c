using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Mirrors half of the images in training. Python: <c>tf.keras.layers.RandomFlip</c>.</summary>
public sealed class RandomFlip : RandomImageLayer
{
    private FlipMode _mode = FlipMode.Both;

    /// <summary>Creates a layer.</summary>
    /// <param name="mode">How images are mirrored; default both ways.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public RandomFlip(FlipMode mode = FlipMode.Both, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast,
        string? name = null, DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _mode = mode;
        CheckFields();
    }

    /// <summary>How images are mirrored.</summary>
    public FlipMode Mode => _mode;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        Tensor isFlipped = DrawEach(images, context, (0, 1)) <= 0.5;
        Tensor flipped = images;
        if (_mode != FlipMode.Vertical)
            flipped = Tf.Where(isFlipped, Tf.Image.FlipLeftRight(flipped), flipped);
        if (_mode == FlipMode.Both && IsOfKeras2)
            isFlipped = DrawEach(images, context, (0, 1)) <= 0.5;
        return _mode == FlipMode.Horizontal ? flipped : Tf.Where(isFlipped, Tf.Image.FlipUpDown(flipped), flipped);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Choice("mode", ref _mode, ("horizontal_and_vertical", FlipMode.Both), ("horizontal", FlipMode.Horizontal),
            ("vertical", FlipMode.Vertical));
    }
}

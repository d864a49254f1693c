using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Shears images in training, each by its own factors and in either direction. Python: <c>keras.layers.RandomShear</c>.</summary>
[KerasName("RandomShear", Generation = KerasGeneration.Keras3)]
public sealed class RandomShear : RandomWarp
{
    private NumberRange _xFactor;
    private NumberRange _yFactor;

    /// <summary>Creates a layer.</summary>
    /// <param name="xFactor">What the shift of a row for each row above lies between, from 0 to 1; null (default): 0. One number: from its
    /// negative.</param>
    /// <param name="yFactor">What the shift of a column for each column before lies between, likewise.</param>
    /// <param name="fillMode">What stands beyond the border; default the image mirrored.</param>
    /// <param name="interpolation">How elements follow from old ones; default bilinear.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>; default 0.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A factor is not from -1 to 1.</exception>
    public RandomShear(
        NumberRange? xFactor = null, NumberRange? yFactor = null, FillMode fillMode = FillMode.Reflect,
            Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0,
        long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(fillMode, interpolation, fillValue, seed, dataFormat, name, dtype)
    {
        _xFactor = xFactor ?? new NumberRange(0, 0);
        _yFactor = yFactor ?? new NumberRange(0, 0);
        CheckFields();
    }

    /// <summary>What horizontal shears lie between.</summary>
    public NumberRange XFactor => _xFactor;

    /// <summary>What vertical shears lie between.</summary>
    public NumberRange YFactor => _yFactor;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        Tensor sign = Tf.Where(DrawColumn(images, context, (0, 1)) > 0.5, Tensor.Scalar(-1f), Tensor.Scalar(1f));
        Tensor y = DrawColumn(images, context, _yFactor) * sign, x = DrawColumn(images, context, _xFactor) * sign;
        Tensor one = Tf.OnesLike(x);
        return Warp(images, one, x, null, y, one, null, null, null);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        // Keras 3 refuses the negative number of the pair that it makes of a number.
        fields.Range("x_factor", ref _xFactor, -1, 1, prefersNumber: true);
        fields.Range("y_factor", ref _yFactor, -1, 1, prefersNumber: true);
    }
}

using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Rotates images around their middle in training, each by its own angle. Python: <c>tf.keras.layers.RandomRotation</c>.</summary>
public sealed class RandomRotation : RandomWarp
{
    private NumberRange _factor;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the angles lie between, as a part of a whole turn, counterclockwise.</param>
    /// <param name="fillMode">What stands beyond the border; default the image mirrored.</param>
    /// <param name="interpolation">How elements follow from old ones; default bilinear.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>; default 0.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is not from -1 to 1.</exception>
    public RandomRotation(
        NumberRange factor, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear,
            double fillValue = 0, long? seed = null,
        DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(fillMode, interpolation, fillValue, seed, dataFormat, name, dtype)
    {
        _factor = factor;
        CheckFields();
    }

    internal RandomRotation()
    {
    }

    /// <summary>What the angles lie between, as a part of a whole turn.</summary>
    public NumberRange Factor => _factor;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        (Tensor rows, Tensor columns) = SidesOf(images);
        Tensor angle = DrawColumn(images, context, (_factor.Lower * 2 * Math.PI, _factor.Upper * 2 * Math.PI));
        Tensor cos = Tf.Cos(angle), sin = Tf.Sin(angle), x = (columns - 1) / 2, y = (rows - 1) / 2;
        return Warp(images, cos, -sin, x - (cos * x) + (sin * y), sin, cos, y - (sin * x) - (cos * y), null, null);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, -1, 1, overlaps: true, required: true);
    }
}

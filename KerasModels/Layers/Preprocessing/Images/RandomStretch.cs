using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>A layer that changes one side of a batch of images by a random factor in training, which Keras 2 has.</summary>
public abstract class RandomStretch : RandomImageLayer
{
    private NumberRange _factor;
    private Interpolation _interpolation = Interpolation.Bilinear;

    private protected RandomStretch(NumberRange factor, Interpolation interpolation, long? seed, string? name, DTypePolicy? dtype)
        : base(seed, DataFormat.ChannelsLast, name, dtype)
    {
        _factor = factor;
        _interpolation = interpolation;
        CheckFields();
    }

    private protected RandomStretch()
    {
    }

    /// <summary>What is added to 1 for the factor.</summary>
    public NumberRange Factor => _factor;

    /// <summary>How elements follow from old ones.</summary>
    public Interpolation Interpolation => _interpolation;

    /// <summary>The dimension that changes: 1 for rows, 2 for columns.</summary>
    private protected abstract int Axis { get; }

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tensor factor = Tf.Cast(DrawOne(images, context, new NumberRange(1 + _factor.Lower, 1 + _factor.Upper)), DType.Float32);
        Tensor sides = RawOps.Shape(images);
        Tensor changed = Tf.Cast(factor * Tf.Cast(sides[Axis], DType.Float32), DType.Int32);
        return ImageResize.Resize(images, Axis == 1 ? RawOps.Pack([changed, sides[2]]) : RawOps.Pack([sides[1], changed]), _interpolation);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, -1, required: true);
        fields.Choice("interpolation", ref _interpolation, ImageResize.Names);
    }
}

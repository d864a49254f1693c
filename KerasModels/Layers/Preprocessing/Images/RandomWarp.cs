using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>A layer that moves the elements of images in training, by a projective map for each image.</summary>
public abstract class RandomWarp : RandomImageLayer
{
    private FillMode _fillMode = FillMode.Reflect;
    private Interpolation _interpolation = Interpolation.Bilinear;
    private double _fillValue;

    private protected RandomWarp(FillMode fillMode, Interpolation interpolation, double fillValue, long? seed, DataFormat dataFormat,
        string? name, DTypePolicy? dtype)
        : base(seed, dataFormat, name, dtype)
    {
        _fillMode = fillMode;
        _interpolation = interpolation;
        _fillValue = fillValue;
    }

    private protected RandomWarp()
    {
    }

    /// <summary>What stands beyond the border.</summary>
    public FillMode FillMode => _fillMode;

    /// <summary>How elements follow from old ones: bilinear or nearest.</summary>
    public Interpolation Interpolation => _interpolation;

    /// <summary>The number beyond the border for <see cref="FillMode.Constant"/>.</summary>
    public double FillValue => _fillValue;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        DescribeFilling(fields, ref _fillMode);
        fields.Number("fill_value", ref _fillValue);
        fields.Choice("interpolation", ref _interpolation, ("bilinear", Interpolation.Bilinear), ("nearest", Interpolation.Nearest));
    }

    /// <summary>Declares what stands beyond the border.</summary>
    private protected virtual void DescribeFilling(ConfigFields fields, ref FillMode fillMode) => fields.Choice(
        "fill_mode", ref fillMode, ("reflect", FillMode.Reflect), ("wrap", FillMode.Wrap), ("constant", FillMode.Constant),
            ("nearest", FillMode.Nearest));

    /// <summary>One column of numbers for each image, float32, [batch, 1].</summary>
    private protected Tensor DrawColumn(Tensor images, CallContext context, NumberRange range) =>
        Tf.Cast(DrawEach(images, context, range, rank: 2), DType.Float32);

    /// <summary>Rows and columns of images, float32 scalars.</summary>
    private protected static (Tensor Rows, Tensor Columns) SidesOf(Tensor images)
    {
        Tensor sides = Tf.Cast(RawOps.Shape(images), DType.Float32);
        return (sides[1], sides[2]);
    }

    /// <summary>
    /// Moves elements: that at (x, y) of the result is that at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) of the image, k = c0 x + c1
    /// y + 1.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="coefficients">a0, a1, a2, b0, b1, b2, c0 and c1 for each image, float32, [batch, 1]; null: 0.</param>
    private protected Tensor Warp(Tensor images, params IReadOnlyList<Tensor?> coefficients)
    {
        Tensor zero = Tf.ZerosLike(coefficients.First(column => column is not null)!);
        return WarpBy(images, Tf.Concat([.. coefficients.Select(column => column ?? zero)], 1));
    }

    /// <inheritdoc cref="Warp"/>
    /// <param name="images">The images.</param>
    /// <param name="map">The eight coefficients of each image, float32, [batch, 8].</param>
    private protected Tensor WarpBy(Tensor images, Tensor map) => Homography.Apply(images, map, _interpolation, _fillMode, _fillValue);
}

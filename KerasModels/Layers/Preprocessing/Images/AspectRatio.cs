using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Brings images to the ratio of the sides of another size, without changing the scale. Sizes may be unknown. Python: the first half of
/// <c>smart_resize</c>.
/// </summary>
internal static class AspectRatio
{
    /// <summary>The largest part in the middle that has the ratio.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="height">The rows of the other size.</param>
    /// <param name="width">The columns of the other size.</param>
    public static Tensor Crop(Tensor images, int height, int width)
    {
        (Tensor rows, Tensor columns) = Sides(images);
        Tensor one = Tensor.Scalar(1);
        Tensor cropRows = Tf.Maximum(Tf.Minimum(rows, Scaled(columns, height, width)), one),
            cropColumns = Tf.Maximum(Tf.Minimum(columns, Scaled(rows, width, height)), one);
        Tensor zero = Tensor.Scalar(0), all = Tensor.Scalar(-1);
        return RawOps.Slice(images, RawOps.Pack([zero, Half(rows - cropRows), Half(columns - cropColumns), zero]),
            RawOps.Pack([all, cropRows, cropColumns, all]));
    }

    /// <summary>The smallest image with the ratio that has the image in its middle.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="height">The rows of the other size.</param>
    /// <param name="width">The columns of the other size.</param>
    /// <param name="fill">What stands around the image.</param>
    public static Tensor Pad(Tensor images, int height, int width, double fill)
    {
        (Tensor rows, Tensor columns) = Sides(images);
        Tensor above = Half(Tf.Maximum(rows, Scaled(columns, height, width)) - rows),
            left = Half(Tf.Maximum(columns, Scaled(rows, width, height)) - columns);
        Tensor zero = Tensor.Scalar(0);
        Tensor paddings = RawOps.Reshape(RawOps.Pack([zero, zero, above, above, left, left, zero, zero]), Tensor.From<int>([4, 2]));
        return RawOps.PadV2(images, paddings, Tensor.Scalar(fill, images.DType));
    }

    private static (Tensor Rows, Tensor Columns) Sides(Tensor images)
    {
        Tensor shape = RawOps.Shape(images);
        return (shape[1], shape[2]);
    }

    private static Tensor Half(Tensor length) => RawOps.FloorDiv(length, Tensor.Scalar(2));

    private static Tensor Scaled(Tensor length, int factor, int divisor) =>
        Tf.Cast(Tf.Cast(length, DType.Float64) * factor / divisor, DType.Int32);
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>A rectangle at a random place of each image.</summary>
/// <param name="IsInside">Which elements lie in it, bool, [batch, rows, columns, 1].</param>
/// <param name="Share">Its part of the image, [batch, 1, 1, 1].</param>
internal sealed record RandomRectangle(Tensor IsInside, Tensor Share)
{
    /// <summary>Makes rectangles.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="width">The width as a part of that of the image, [batch, 1, 1, 1].</param>
    /// <param name="height">The height as a part of that of the image.</param>
    /// <param name="left">The place from left to right, from 0 to 1.</param>
    /// <param name="top">The place from top to bottom, from 0 to 1.</param>
    public static RandomRectangle Of(Tensor images, Tensor width, Tensor height, Tensor left, Tensor top)
    {
        Tensor sides = RawOps.Shape(images);
        (Tensor across, Tensor columns) = Within(sides[2], width, left, images.DType, axis: 2);
        (Tensor down, Tensor rows) = Within(sides[1], height, top, images.DType, axis: 1);
        return new RandomRectangle(Tf.LogicalAnd(across, down), columns * rows);
    }

    private static (Tensor IsInside, Tensor Share) Within(Tensor length, Tensor share, Tensor place, DType dtype, int axis)
    {
        Tensor whole = Tf.Cast(length, dtype);
        Tensor part = share * whole, start = place * (whole - part);
        Tensor positions = RawOps.Cast(RawOps.Range(Tensor.Scalar(0), length, Tensor.Scalar(1)), dtype);
        Tensor grid = RawOps.Reshape(positions, Tensor.From<int>(axis == 1 ? [1, -1, 1, 1] : [1, 1, -1, 1]));
        return (Tf.LogicalAnd(grid >= start, grid < start + part), share);
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Reads images at places between their elements. Python: <c>keras.ops.image.map_coordinates</c> of each image and channel.
/// </summary>
internal static class ImageSampling
{
    /// <summary>The values of images at given places.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="y">The rows, of the dtype of the images, [batch, rows of the result, columns of the result].</param>
    /// <param name="x">The columns, likewise.</param>
    /// <param name="interpolation">Bilinear or nearest.</param>
    /// <param name="fillMode">What stands beyond the border.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>.</param>
    public static Tensor At(Tensor images, Tensor y, Tensor x, Interpolation interpolation, FillMode fillMode, double fillValue)
    {
        Tensor sides = RawOps.Shape(images);
        Tensor flat = RawOps.Reshape(images, RawOps.Pack([Tensor.Scalar(-1), sides[3]]));
        Tensor firstRows = Tf.Reshape(RawOps.Range(Tensor.Scalar(0), sides[0], Tensor.Scalar(1)) * sides[1], [-1, 1, 1]);
        Tensor? sum = null;
        foreach ((Tensor row, Tensor rowWeight) in Neighbors(y, interpolation))
        {
            foreach ((Tensor column, Tensor columnWeight) in Neighbors(x, interpolation))
            {
                Tensor place = ((firstRows + Within(row, sides[1], fillMode)) * sides[2]) + Within(column, sides[2], fillMode);
                Tensor value = Tf.Gather(flat, place);
                if (fillMode == FillMode.Constant)
                {
                    Tensor isInside = Tf.LogicalAnd(IsInside(row, sides[1]), IsInside(column, sides[2]));
                    value = Tf.Where(Tf.ExpandDims(isInside, 3), value, Tensor.Scalar(fillValue, images.DType));
                }

                Tensor part = value * Tf.ExpandDims(rowWeight * columnWeight, 3);
                sum = sum is null ? part : sum + part;
            }
        }

        return sum!;
    }

    private static (Tensor Index, Tensor Weight)[] Neighbors(Tensor place, Interpolation interpolation)
    {
        if (interpolation == Interpolation.Nearest)
            return [(Tf.Cast(Tf.Round(place), DType.Int32), Tf.OnesLike(place))];
        Tensor lower = Tf.Floor(place), weight = place - lower, index = Tf.Cast(lower, DType.Int32);
        return [(index, 1 - weight), (index + 1, weight)];
    }

    private static Tensor IsInside(Tensor index, Tensor size) => Tf.LogicalAnd(index >= 0, index < size);

    /// <summary>The index of the element that stands at an index which may be beyond the border.</summary>
    private static Tensor Within(Tensor index, Tensor size, FillMode fillMode)
    {
        switch (fillMode)
        {
            case FillMode.Wrap:
                return RawOps.FloorMod(index, size);
            case FillMode.Reflect:
                return Folded(index, size, 2 * size, 2 * size - 1);
            case FillMode.Mirror:
                Tensor period = Tf.Maximum(2 * (size - 1), Tensor.Scalar(1));
                return Folded(index, size, period, period);
            default:
                return Tf.Minimum(Tf.Maximum(index, Tensor.Scalar(0)), size - 1);
        }
    }

    // A triangular wave: up to the border, and down from there.
    private static Tensor Folded(Tensor index, Tensor size, Tensor period, Tensor last)
    {
        Tensor place = RawOps.FloorMod(index, period);
        return Tf.Where(place < size, place, last - place);
    }
}

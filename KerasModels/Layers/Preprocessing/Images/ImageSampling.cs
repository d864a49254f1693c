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
        Tensor image = Tf.Reshape(RawOps.Range(Tensor.Scalar(0), sides[0], Tensor.Scalar(1)), [-1, 1, 1]);
        return Sum(flat, image, [(y, sides[1]), (x, sides[2])], interpolation, fillMode, fillValue);
    }

    /// <summary>The values of a tensor at given places.</summary>
    /// <param name="values">The tensor.</param>
    /// <param name="places">For each of its dimensions the places, all of one shape, which is that of the result.</param>
    /// <param name="interpolation">Bilinear or nearest.</param>
    /// <param name="fillMode">What stands beyond the border.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>.</param>
    public static Tensor At(Tensor values, IReadOnlyList<Tensor> places, Interpolation interpolation, FillMode fillMode, double fillValue)
    {
        Tensor sides = RawOps.Shape(values);
        (Tensor Place, Tensor Size)[] along = [.. places.Select((place, i) => (Tf.Cast(place, values.DType), sides[i]))];
        return Tf.Squeeze(Sum(Tf.Reshape(values, [-1, 1]), Tensor.Scalar(0), along, interpolation, fillMode, fillValue), -1);
    }

    /// <summary>The weighted sum over the neighbors of each place.</summary>
    /// <param name="flat">The elements, [elements, channels].</param>
    /// <param name="start">The index before the first dimension.</param>
    /// <param name="along">The places along each dimension, and its size.</param>
    /// <param name="interpolation">Bilinear or nearest.</param>
    /// <param name="fillMode">What stands beyond the border.</param>
    /// <param name="fillValue">The number beyond the border for <see cref="FillMode.Constant"/>.</param>
    private static Tensor Sum(
        Tensor flat, Tensor start, (Tensor Place, Tensor Size)[] along, Interpolation interpolation, FillMode fillMode, double fillValue)
    {
        List<(Tensor Index, Tensor? Weight, Tensor? IsInside)> corners = [(start, null, null)];
        foreach ((Tensor place, Tensor size) in along)
        {
            corners =
            [
                .. from corner in corners
                   from neighbor in Neighbors(place, interpolation)
                   let inside = Tf.LogicalAnd(neighbor.Index >= 0, neighbor.Index < size)
                   select (
                       (corner.Index * size) + Within(neighbor.Index, size, fillMode),
                       corner.Weight is null ? neighbor.Weight : corner.Weight * neighbor.Weight,
                       corner.IsInside is null ? inside : Tf.LogicalAnd(corner.IsInside, inside)),
            ];
        }

        return corners.Select(corner =>
        {
            Tensor value = Tf.Gather(flat, corner.Index);
            if (fillMode == FillMode.Constant)
                value = Tf.Where(Tf.ExpandDims(corner.IsInside!, -1), value, Tensor.Scalar(fillValue, flat.DType));
            return value * Tf.ExpandDims(corner.Weight!, -1);
        }).Aggregate((left, right) => left + right);
    }

    private static (Tensor Index, Tensor Weight)[] Neighbors(Tensor place, Interpolation interpolation)
    {
        if (interpolation == Interpolation.Nearest)
            return [(Tf.Cast(Tf.Round(place), DType.Int32), Tf.OnesLike(place))];
        Tensor lower = Tf.Floor(place), weight = place - lower, index = Tf.Cast(lower, DType.Int32);
        return [(index, 1 - weight), (index + 1, weight)];
    }

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

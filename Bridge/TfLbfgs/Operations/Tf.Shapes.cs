using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Shapes: asking for them and changing them.</content>
public static partial class Tf
{
    /// <summary>The shape as a vector; a constant where it is known while tracing. Python: <c>tf.shape</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dtype">Int32, the default, or Int64.</param>
    /// <returns>The shape, [rank].</returns>
    public static Tensor Shape(Tensor x, DType dtype = DType.Int32)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!x.Shape.IsFullyKnown)
            return RawOps.Shape(x, dtype);
        long[] dims = x.Shape.ToArray();
        return dtype == DType.Int64 ? Tensor.From(dims) : Tensor.From(System.Array.ConvertAll(dims, dim => checked((int)dim)));
    }

    /// <summary>The shapes of several tensors. Python: <c>tf.shape_n</c>.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="dtype">Int32, the default, or Int64.</param>
    /// <returns>The shapes.</returns>
    public static Tensor[] ShapeN(IReadOnlyList<Tensor> tensors, DType dtype = DType.Int32) => RawOps.ShapeN(tensors, dtype);

    /// <summary>The shape to which two shapes broadcast. Python: <c>tf.broadcast_dynamic_shape</c>.</summary>
    /// <param name="shapeX">One shape, int32 or int64, shape [rank].</param>
    /// <param name="shapeY">The other, of the same dtype.</param>
    /// <returns>The common shape.</returns>
    public static Tensor BroadcastDynamicShape(Tensor shapeX, Tensor shapeY) => RawOps.BroadcastArgs(shapeX, shapeY);

    /// <summary>The shape to which two shapes broadcast. Python: <c>tf.broadcast_static_shape</c>.</summary>
    /// <param name="shapeX">One shape.</param>
    /// <param name="shapeY">The other.</param>
    /// <returns>The common shape; unknown where it cannot be known.</returns>
    /// <exception cref="TfLbfgsException">They do not broadcast.</exception>
    public static Shape BroadcastStaticShape(Shape shapeX, Shape shapeY)
    {
        ArgumentNullException.ThrowIfNull(shapeX);
        ArgumentNullException.ThrowIfNull(shapeY);
        if (!shapeX.HasRank || !shapeY.HasRank)
            return Tensors.Shape.Unknown;
        long[] dims = new long[System.Math.Max(shapeX.Rank, shapeY.Rank)];
        for (int i = 1; i <= dims.Length; i++)
        {
            (long x, long y) = (i > shapeX.Rank ? 1 : shapeX[-i], i > shapeY.Rank ? 1 : shapeY[-i]);
            if (x > 1 && y > 1 && x != y)
                throw new TfLbfgsException($"Expected two shapes that broadcast, received {shapeX} and {shapeY}.");
            // An unknown size next to one that is not 1 must be that or 1.
            dims[^i] = x == 1 ? y : y == 1 ? x : System.Math.Max(x, y);
        }

        return dims;
    }

    /// <summary>The number of elements. Python: <c>tf.size</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dtype">Int32, the default, or Int64.</param>
    /// <returns>The number, shape [].</returns>
    public static Tensor Size(Tensor x, DType dtype = DType.Int32) => RawOps.Size(x, dtype);

    /// <summary>The number of dimensions. Python: <c>tf.rank</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The number, int32, shape [].</returns>
    public static Tensor Rank(Tensor x) => RawOps.Rank(x);

    /// <summary>The same elements in another shape. Python: <c>tf.reshape</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="shape">The shape; one dimension may be -1, which follows from the others.</param>
    /// <returns>The reshaped tensor.</returns>
    public static Tensor Reshape(Tensor x, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return ReshapeTo(x, shape.Dims);
    }

    /// <summary>The same elements in another shape. Python: <c>tf.reshape</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="shape">The shape, a vector of int32 or int64.</param>
    /// <returns>The reshaped tensor.</returns>
    public static Tensor Reshape(Tensor x, Tensor shape) => RawOps.Reshape(x, shape);

    /// <summary>Permutes the dimensions. Python: <c>tf.transpose</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="permutation">Which dimension of the tensor stands at each place of the result; null: reversed order.</param>
    /// <returns>The transposed tensor.</returns>
    public static Tensor Transpose(Tensor x, int[]? permutation = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (permutation is null && x.Rank < 0)
            return Scoped(() => RawOps.Transpose(x, RawOps.Range(RawOps.Rank(x) - 1, Tensor.Scalar(-1), Tensor.Scalar(-1))));
        using Tensor order =
            Tensor.Vector(permutation is null ? [.. Enumerable.Range(0, x.Rank).Reverse().Select(i => (long)i)] : Widen(permutation));
        return RawOps.Transpose(x, order);
    }

    /// <summary>Permutes the dimensions and conjugates. Python: <c>tf.transpose(conjugate=True)</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="permutation">Which dimension of the tensor stands at each place of the result; null: reversed order.</param>
    /// <param name="conjugate">Whether complex elements are conjugated.</param>
    /// <returns>The transposed tensor.</returns>
    public static Tensor Transpose(Tensor x, int[]? permutation, bool conjugate) =>
        conjugate ? Scoped(() => Transpose(Math.Conj(x), permutation)) : Transpose(x, permutation);

    /// <summary>Takes dimensions of size 1 away. Python: <c>tf.squeeze</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">Which; none given: all of size 1.</param>
    /// <returns>The tensor with fewer dimensions.</returns>
    public static Tensor Squeeze(Tensor x, params int[] axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        return RawOps.Squeeze(x, Widen(axes));
    }

    /// <summary>Puts a dimension of size 1 in. Python: <c>tf.expand_dims</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">Where; negative counts from behind the last.</param>
    /// <returns>The tensor with one dimension more.</returns>
    public static Tensor ExpandDims(Tensor x, int axis)
    {
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.ExpandDims(x, at);
    }

    /// <summary>Repeats along each dimension. Python: <c>tf.tile</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="multiples">How often, one number per dimension.</param>
    /// <returns>The repeated tensor.</returns>
    public static Tensor Tile(Tensor x, params int[] multiples)
    {
        ArgumentNullException.ThrowIfNull(multiples);
        using Tensor counts = Tensor.Vector(Widen(multiples));
        return RawOps.Tile(x, counts);
    }

    /// <summary>Repeats dimensions of size 1 and missing leading ones. Python: <c>tf.broadcast_to</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="shape">The shape of the result, fully known.</param>
    /// <returns>The broadcast tensor.</returns>
    public static Tensor BroadcastTo(Tensor x, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        using Tensor dims = Tensor.Vector(shape.Dims);
        return RawOps.BroadcastTo(x, dims);
    }

    /// <summary>Repeats dimensions of size 1 and missing leading ones. Python: <c>tf.broadcast_to</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="shape">The shape of the result, a vector of int32 or int64.</param>
    /// <returns>The broadcast tensor.</returns>
    public static Tensor BroadcastTo(Tensor x, Tensor shape) => RawOps.BroadcastTo(x, shape);

    /// <summary>Adds constant elements around a tensor. Python: <c>tf.pad</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="paddings">How many before and after each dimension, shape [rank, 2].</param>
    /// <param name="value">The constant; default 0.</param>
    /// <returns>The padded tensor.</returns>
    public static Tensor Pad(Tensor x, int[,] paddings, double value = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(paddings);
        return Scoped(() => value == 0
            ? RawOps.Pad(x, Tensor.From(paddings)) : RawOps.PadV2(x, Tensor.From(paddings), Tensor.Scalar(value, x.DType)));
    }

    /// <summary>Adds elements around a tensor. Python: <c>tf.pad</c> with <c>mode</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="paddings">How many before and after each dimension, int32 or int64, shape [rank, 2].</param>
    /// <param name="mode"><c>CONSTANT</c>: zeros; <c>REFLECT</c>: mirrored without the outermost element; <c>SYMMETRIC</c>: mirrored with
    /// it.</param>
    /// <returns>The padded tensor.</returns>
    public static Tensor Pad(Tensor x, Tensor paddings, string mode = "CONSTANT")
    {
        ArgumentNullException.ThrowIfNull(mode);
        return mode.ToUpperInvariant() switch
        {
            "CONSTANT" => RawOps.Pad(x, paddings),
            "REFLECT" or "SYMMETRIC" => RawOps.MirrorPad(x, paddings, mode.ToUpperInvariant()),
            _ => throw new TfLbfgsException($"Tf.Pad: expected the mode CONSTANT, REFLECT or SYMMETRIC, received '{mode}'."),
        };
    }

    /// <inheritdoc cref="Pad(Tensor, Tensor, string)"/>
    public static Tensor Pad(Tensor x, int[,] paddings, string mode) => Scoped(() => Pad(x, Tensor.From(paddings), mode));

    /// <summary>Reverses dimensions. Python: <c>tf.reverse</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">Which.</param>
    /// <returns>The reversed tensor.</returns>
    public static Tensor Reverse(Tensor x, params int[] axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        using Tensor at = Tensor.Vector(Widen(axes));
        return RawOps.ReverseV2(x, at);
    }

    /// <summary>Shifts the elements along a dimension, around its end. Python: <c>tf.roll</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="shift">How far.</param>
    /// <param name="axis">The dimension.</param>
    /// <returns>The shifted tensor.</returns>
    public static Tensor Roll(Tensor x, int shift, int axis)
    {
        using Tensor by = Tensor.Scalar(shift, DType.Int32, register: false);
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.Roll(x, by, at);
    }

    /// <summary>Shifts the elements along several dimensions, around their ends. Python: <c>tf.roll</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="shifts">How far along each.</param>
    /// <param name="axes">The dimensions.</param>
    /// <returns>The shifted tensor.</returns>
    public static Tensor Roll(Tensor x, int[] shifts, int[] axes) => Scoped(() => RawOps.Roll(x, Tensor.From(shifts), Tensor.From(axes)));

    /// <summary>A part of a tensor with steps; <c>tensor[1..5, ^1]</c> writes it shorter. Python: <c>tf.strided_slice</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="begin">The first index of each dimension.</param>
    /// <param name="end">The index behind the last one.</param>
    /// <param name="strides">The steps; null: 1.</param>
    /// <param name="beginMask">Bits of dimensions whose begin is the first element.</param>
    /// <param name="endMask">Bits of dimensions whose end is behind the last element.</param>
    /// <param name="ellipsisMask">The bit of the entry that stands for all dimensions not named.</param>
    /// <param name="newAxisMask">Bits of entries that put a dimension of size 1 in.</param>
    /// <param name="shrinkAxisMask">Bits of dimensions of which one element is taken, so that they disappear.</param>
    /// <returns>The part.</returns>
    public static Tensor StridedSlice(
        Tensor x, int[] begin, int[] end, int[]? strides = null, int beginMask = 0, int endMask = 0, int ellipsisMask = 0,
            int newAxisMask = 0, int shrinkAxisMask = 0)
    {
        ArgumentNullException.ThrowIfNull(begin);
        return Scoped(() => RawOps.StridedSlice(
            x, Tensor.From(begin), Tensor.From(end), Tensor.From(strides ?? [.. Enumerable.Repeat(1, begin.Length)]), beginMask, endMask,
                ellipsisMask, newAxisMask, shrinkAxisMask));
    }

    private static Tensor ReshapeTo(Tensor x, ReadOnlySpan<long> shape)
    {
        using Tensor dims = Tensor.Vector(shape);
        return RawOps.Reshape(x, dims);
    }
}

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
        return Reshape(x, shape.Dims);
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
        using Tensor order = Tensor.Vector(permutation is null ? [.. Enumerable.Range(0, x.Rank).Reverse().Select(i => (long)i)] : Widen(permutation));
        return RawOps.Transpose(x, order);
    }

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
        return Scoped(() => value == 0 ? RawOps.Pad(x, Tensor.From(paddings)) : RawOps.PadV2(x, Tensor.From(paddings), Tensor.Scalar(value, x.DType)));
    }

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

    private static Tensor Reshape(Tensor x, ReadOnlySpan<long> shape)
    {
        using Tensor dims = Tensor.Vector(shape);
        return RawOps.Reshape(x, dims);
    }
}

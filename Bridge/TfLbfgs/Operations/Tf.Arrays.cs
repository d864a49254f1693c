using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Joining, dividing, picking. For slices write <c>tensor[1.., ^1]</c>.</content>
public static partial class Tf
{
    /// <summary>Joins tensors along a dimension. Python: <c>tf.concat</c>.</summary>
    /// <param name="values">The tensors, of one dtype and one shape except for that dimension.</param>
    /// <param name="axis">The dimension.</param>
    /// <returns>The joined tensor.</returns>
    public static Tensor Concat(IReadOnlyList<Tensor> values, int axis)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 1)
            return RawOps.Identity(values[0]);
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.ConcatV2(values, at);
    }

    /// <summary>Joins tensors along a new dimension. Python: <c>tf.stack</c>.</summary>
    /// <param name="values">The tensors, of one dtype and shape.</param>
    /// <param name="axis">Where the new dimension stands; default the first.</param>
    /// <returns>The joined tensor.</returns>
    public static Tensor Stack(IReadOnlyList<Tensor> values, int axis = 0) => RawOps.Pack(values, axis);

    /// <summary>Joins tensors along a new first dimension. Python: <c>tf.stack</c>.</summary>
    /// <param name="first">The first tensor.</param>
    /// <param name="others">The others, of the same dtype and shape.</param>
    /// <returns>The joined tensor.</returns>
    public static Tensor Stack(Tensor first, params ReadOnlySpan<Tensor> others) => RawOps.Pack([first, .. others]);

    /// <summary>Joins tensors along a new first dimension. Python: <c>tf.parallel_stack</c>.</summary>
    /// <param name="values">The tensors, of one dtype and shape.</param>
    /// <returns>The joined tensor.</returns>
    public static Tensor ParallelStack(IReadOnlyList<Tensor> values) => RawOps.Pack(values);

    /// <summary>Divides a tensor along a dimension, which disappears. Python: <c>tf.unstack</c>.</summary>
    /// <param name="x">The tensor; that dimension must be known.</param>
    /// <param name="axis">The dimension; default the first.</param>
    /// <returns>The parts.</returns>
    /// <exception cref="TfLbfgsException">The size of the dimension is not known while tracing.</exception>
    public static Tensor[] Unstack(Tensor x, int axis = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 0 || x.Shape[axis] < 0)
            throw new TfLbfgsException($"Tf.Unstack: expected a tensor whose dimension {axis} is known, received {x.Describe()}. The "
                + "number of parts must be known while tracing.");
        return RawOps.Unpack(x, x.Shape[axis], axis);
    }

    /// <summary>Divides a tensor into equal parts. Python: <c>tf.split</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="count">How many parts; must divide the dimension.</param>
    /// <param name="axis">The dimension; default the first.</param>
    /// <returns>The parts.</returns>
    public static Tensor[] Split(Tensor x, int count, int axis = 0)
    {
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.Split(at, x, count);
    }

    /// <summary>Divides a tensor into parts of given sizes. Python: <c>tf.split</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="sizes">The sizes; one may be -1, which takes the rest.</param>
    /// <param name="axis">The dimension; default the first.</param>
    /// <returns>The parts.</returns>
    public static Tensor[] Split(Tensor x, int[] sizes, int axis = 0)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        using Tensor lengths = Tensor.Vector(Widen(sizes));
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.SplitV(x, lengths, at, sizes.Length);
    }

    /// <summary>A block of a tensor. Python: <c>tf.slice</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="begin">The first index of each dimension.</param>
    /// <param name="size">The size of each dimension; -1: to the end.</param>
    /// <returns>The block.</returns>
    public static Tensor Slice(Tensor x, int[] begin, int[] size)
    {
        ArgumentNullException.ThrowIfNull(begin);
        ArgumentNullException.ThrowIfNull(size);
        using Tensor from = Tensor.Vector(Widen(begin));
        using Tensor lengths = Tensor.Vector(Widen(size));
        return RawOps.Slice(x, from, lengths);
    }

    /// <summary>Picks slices along a dimension. Python: <c>tf.gather</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="indices">Which, int32 or int64, of any shape.</param>
    /// <param name="axis">The dimension; default the first.</param>
    /// <param name="batchDims">How many leading dimensions the two have in common.</param>
    /// <returns>The slices.</returns>
    public static Tensor Gather(Tensor x, Tensor indices, int axis = 0, int batchDims = 0)
    {
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.GatherV2(x, indices, at, batchDims);
    }

    /// <summary>Picks slices by whole index vectors. Python: <c>tf.gather_nd</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="indices">The vectors, shape [..., depth].</param>
    /// <returns>The slices.</returns>
    public static Tensor GatherNd(Tensor x, Tensor indices) => RawOps.GatherNd(x, indices);

    /// <summary>Picks slices by whole index vectors, within each batch. Python: <c>tf.gather_nd</c> with <c>batch_dims</c>.</summary>
    /// <param name="x">The tensor, of known leading dimensions.</param>
    /// <param name="indices">The vectors, shape [batch..., ..., depth].</param>
    /// <param name="batchDims">How many leading dimensions the two have in common.</param>
    /// <returns>The slices.</returns>
    public static Tensor GatherNd(Tensor x, Tensor indices, int batchDims)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(indices);
        if (batchDims == 0)
            return RawOps.GatherNd(x, indices);
        return Scoped(() =>
        {
            // The indices of the batch stand in front of the given ones.
            Tensor shape = RawOps.Shape(indices);
            Tensor outer = shape[..^1];
            List<Tensor> parts = [];
            for (int dim = 0; dim < batchDims; dim++)
            {
                Tensor along = RawOps.Cast(RawOps.Range(Tensor.Scalar(0), shape[dim], Tensor.Scalar(1)), indices.DType);
                Tensor placed = Reshape(along, [.. Enumerable.Range(0, indices.Rank).Select(i => i == dim ? -1L : 1L)]);
                parts.Add(RawOps.BroadcastTo(placed, RawOps.ConcatV2([outer, Tensor.From([1])], Tensor.Scalar(0))));
            }

            parts.Add(indices);
            return RawOps.GatherNd(x, Concat(parts, -1));
        });
    }

    /// <summary>The index vectors of the elements that are true. Python: <c>tf.where(condition)</c>.</summary>
    /// <param name="condition">A bool tensor.</param>
    /// <returns>The vectors, int64, shape [n, rank].</returns>
    public static Tensor Where(Tensor condition) => RawOps.Where(condition);

    /// <summary>
    /// One tensor where a condition holds, another elsewhere; all three broadcast. Python: <c>tf.where(condition, x, y)</c>.
    /// </summary>
    /// <param name="condition">A bool tensor.</param>
    /// <param name="x">Taken where it is true.</param>
    /// <param name="y">Taken where it is false.</param>
    /// <returns>The choice.</returns>
    public static Tensor Where(Tensor condition, Tensor x, Tensor y) => RawOps.SelectV2(condition, x, y);

    /// <summary>Puts rows of several tensors at given positions of one. Python: <c>tf.dynamic_stitch</c>.</summary>
    /// <param name="indices">The positions, int32, one tensor for each of the data.</param>
    /// <param name="data">The rows.</param>
    /// <returns>The merged tensor.</returns>
    public static Tensor DynamicStitch(IReadOnlyList<Tensor> indices, IReadOnlyList<Tensor> data) => RawOps.DynamicStitch(indices, data);

    /// <summary>Distributes the rows of a tensor. Python: <c>tf.dynamic_partition</c>.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="partitions">To which part each goes, int32.</param>
    /// <param name="count">The number of parts.</param>
    /// <returns>The parts.</returns>
    public static Tensor[] DynamicPartition(Tensor data, Tensor partitions, int count) => RawOps.DynamicPartition(data, partitions, count);

    /// <summary>Vectors of zeros with a one at each index. Python: <c>tf.one_hot</c>.</summary>
    /// <param name="indices">The places of the ones.</param>
    /// <param name="depth">The length of the vectors.</param>
    /// <param name="dtype">The dtype; default float32.</param>
    /// <param name="axis">Where the new dimension stands; default the last.</param>
    /// <returns>The vectors.</returns>
    public static Tensor OneHot(Tensor indices, int depth, DType dtype = DType.Float32, int axis = -1) =>
        Scoped(() => RawOps.OneHot(indices, Tensor.Scalar(depth), Tensor.Scalar(1, dtype), Tensor.Scalar(0, dtype), axis));

    /// <summary>Vectors of one value with another at each index. Python: <c>tf.one_hot</c> with values.</summary>
    /// <param name="indices">The places.</param>
    /// <param name="depth">The length of the vectors.</param>
    /// <param name="onValue">What stands at the index, shape [].</param>
    /// <param name="offValue">What stands elsewhere, of the same dtype.</param>
    /// <param name="axis">Where the new dimension stands; default the last.</param>
    /// <returns>The vectors.</returns>
    public static Tensor OneHot(Tensor indices, int depth, Tensor onValue, Tensor offValue, int axis = -1) =>
        Scoped(() => RawOps.OneHot(indices, Tensor.Scalar(depth), onValue, offValue, axis));
}

using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Tensors with elements put in, and grids moved into batches.</content>
public static partial class Tf
{
    /// <summary>Zeros to which slices are added at given positions. Python: <c>tf.scatter_nd</c>.</summary>
    /// <param name="indices">The positions, int32 or int64, shape [..., depth].</param>
    /// <param name="updates">The slices.</param>
    /// <param name="shape">The shape of the result, of the dtype of the indices.</param>
    /// <returns>The result.</returns>
    public static Tensor ScatterNd(Tensor indices, Tensor updates, Tensor shape) => RawOps.ScatterNd(indices, updates, shape);

    /// <inheritdoc cref="ScatterNd(Tensor, Tensor, Tensor)"/>
    public static Tensor ScatterNd(Tensor indices, Tensor updates, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(shape);
        return Scoped(() => RawOps.ScatterNd(indices, updates, Cast(Integers(shape.Dims), indices.DType)));
    }

    /// <summary>A copy in which slices are replaced. Python: <c>tf.tensor_scatter_nd_update</c>.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="indices">The positions, int32 or int64, shape [..., depth].</param>
    /// <param name="updates">The slices.</param>
    /// <returns>The result.</returns>
    public static Tensor TensorScatterNdUpdate(Tensor tensor, Tensor indices, Tensor updates) =>
        RawOps.TensorScatterUpdate(tensor, indices, updates);

    /// <summary>A copy to which slices are added. Python: <c>tf.tensor_scatter_nd_add</c>.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="indices">The positions, int32 or int64, shape [..., depth].</param>
    /// <param name="updates">The slices.</param>
    /// <returns>The result.</returns>
    public static Tensor TensorScatterNdAdd(Tensor tensor, Tensor indices, Tensor updates) =>
        RawOps.TensorScatterAdd(tensor, indices, updates);

    /// <summary>A copy from which slices are subtracted. Python: <c>tf.tensor_scatter_nd_sub</c>.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="indices">The positions, int32 or int64, shape [..., depth].</param>
    /// <param name="updates">The slices.</param>
    /// <returns>The result.</returns>
    public static Tensor TensorScatterNdSub(Tensor tensor, Tensor indices, Tensor updates) =>
        RawOps.TensorScatterSub(tensor, indices, updates);

    /// <summary>
    /// A copy in which each element is the larger of its own and those of the slices. Python: <c>tf.tensor_scatter_nd_max</c>.
    /// </summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="indices">The positions, int32 or int64, shape [..., depth].</param>
    /// <param name="updates">The slices.</param>
    /// <returns>The result.</returns>
    public static Tensor TensorScatterNdMax(Tensor tensor, Tensor indices, Tensor updates) =>
        RawOps.TensorScatterMax(tensor, indices, updates);

    /// <summary>
    /// A copy in which each element is the smaller of its own and those of the slices. Python: <c>tf.tensor_scatter_nd_min</c>.
    /// </summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="indices">The positions, int32 or int64, shape [..., depth].</param>
    /// <param name="updates">The slices.</param>
    /// <returns>The result.</returns>
    public static Tensor TensorScatterNdMin(Tensor tensor, Tensor indices, Tensor updates) =>
        RawOps.TensorScatterMin(tensor, indices, updates);

    /// <summary>Moves blocks of a grid into the batch. Python: <c>tf.space_to_batch</c>, <c>tf.space_to_batch_nd</c>.</summary>
    /// <param name="input">The tensor, shape [batch, space..., ...].</param>
    /// <param name="blockShape">The size of a block.</param>
    /// <param name="paddings">How many zeros stand before and after each spatial dimension, shape [space, 2].</param>
    /// <returns>The tensor, of a batch as many times larger as a block has elements.</returns>
    public static Tensor SpaceToBatch(Tensor input, int[] blockShape, int[,] paddings) =>
        Scoped(() => RawOps.SpaceToBatchND(input, Tensor.From(blockShape), Tensor.From(paddings)));

    /// <inheritdoc cref="SpaceToBatch"/>
    public static Tensor SpaceToBatchNd(Tensor input, int[] blockShape, int[,] paddings) => SpaceToBatch(input, blockShape, paddings);

    /// <summary>Moves the batch back into the blocks of a grid. Python: <c>tf.batch_to_space</c>.</summary>
    /// <param name="input">The tensor, shape [batch, space..., ...].</param>
    /// <param name="blockShape">The size of a block.</param>
    /// <param name="crops">How many elements are cut off before and after each spatial dimension, shape [space, 2].</param>
    /// <returns>The tensor, of a batch as many times smaller as a block has elements.</returns>
    public static Tensor BatchToSpace(Tensor input, int[] blockShape, int[,] crops) =>
        Scoped(() => RawOps.BatchToSpaceND(input, Tensor.From(blockShape), Tensor.From(crops)));

    /// <summary>
    /// The paddings that make a grid divisible into blocks, and what is to be cut off afterwards. Python:
    /// <c>tf.required_space_to_batch_paddings</c>.
    /// </summary>
    /// <param name="inputShape">The size of the grid, int32, shape [n].</param>
    /// <param name="blockShape">The size of a block.</param>
    /// <param name="basePaddings">The paddings that are wanted in any case, shape [n, 2]; null: none.</param>
    /// <returns>Paddings and crops, int32, each of shape [n, 2].</returns>
    public static (Tensor Paddings, Tensor Crops) RequiredSpaceToBatchPaddings(Tensor inputShape, int[] blockShape,
        int[,]? basePaddings = null)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(blockShape);
        return ScopedPair(() =>
        {
            Tensor basis = Tensor.From(basePaddings ?? new int[blockShape.Length, 2]);
            Tensor block = Tensor.From(blockShape);
            (Tensor start, Tensor end) = (basis[.., 0], basis[.., 1]);
            Tensor extra = RawOps.FloorMod(block - RawOps.FloorMod(inputShape + start + end, block), block);
            return (RawOps.Pack([start, end + extra], axis: 1), RawOps.Pack([RawOps.ZerosLike(extra), extra], axis: 1));
        });
    }
}

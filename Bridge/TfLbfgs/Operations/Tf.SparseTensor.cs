using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>
    /// A tensor of which only some elements are given, the others being zero. The three tensors belong to whom they belonged before.
    /// Python: <c>tf.SparseTensor</c>.
    /// </summary>
    /// <param name="Indices">Where the elements stand, int64, shape [n, rank], in row-major order.</param>
    /// <param name="Values">The elements, shape [n].</param>
    /// <param name="DenseShape">The shape of the whole, int64, shape [rank].</param>
    public sealed record SparseTensor(Tensor Indices, Tensor Values, Tensor DenseShape)
    {
        /// <summary>The sparse tensor of the elements of a dense one that are not zero. Python: <c>tf.sparse.from_dense</c>.</summary>
        /// <param name="dense">The dense tensor.</param>
        /// <returns>The sparse tensor, whose parts are owned by the caller.</returns>
        public static SparseTensor FromDense(Tensor dense)
        {
            ArgumentNullException.ThrowIfNull(dense);
            using TensorScope scope = new();
            Tensor indices = RawOps.Where(RawOps.NotEqual(dense, RawOps.ZerosLike(dense)));
            Tensor values = RawOps.GatherNd(dense, indices);
            return new SparseTensor(scope.Keep(indices), scope.Keep(values), scope.Keep(RawOps.Shape(dense, Runtime.DType.Int64)));
        }

        /// <summary>The whole tensor. Python: <c>tf.sparse.to_dense</c>.</summary>
        /// <param name="defaultValue">What stands where no element is given, of the dtype of the values, shape []; null: 0.</param>
        /// <returns>The dense tensor, owned by the caller.</returns>
        public Tensor ToDense(Tensor? defaultValue = null) =>
            Scoped(() => RawOps.SparseToDense(Indices, DenseShape, Values, defaultValue ?? Tensor.Scalar(0, Values.DType)));
    }
}

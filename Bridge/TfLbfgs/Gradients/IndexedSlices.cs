using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// A gradient of which only some rows are not zero, such as that of an embedding table: the rows and where they stand. A row that stands
/// twice counts twice; the sum is the gradient. Python: <c>tf.IndexedSlices</c>.
/// </summary>
public sealed class IndexedSlices : IDisposable
{
    /// <summary>Creates a sparse gradient of tensors, which it owns from then on.</summary>
    /// <param name="values">The rows, [k, ...].</param>
    /// <param name="indices">Where each stands, int32 or int64, [k].</param>
    /// <param name="rowCount">The number of rows of the dense gradient, shape [].</param>
    public IndexedSlices(Tensor values, Tensor indices, Tensor rowCount)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(rowCount);
        Values = values;
        Indices = indices;
        RowCount = rowCount;
    }

    /// <summary>The rows, shape [k, ...]; owned by this object.</summary>
    public Tensor Values { get; }

    /// <summary>The row of the dense gradient where each stands, int32 or int64, shape [k]; owned by this object.</summary>
    public Tensor Indices { get; }

    /// <summary>The number of rows of the dense gradient, shape []; owned by this object.</summary>
    public Tensor RowCount { get; }

    /// <summary>The dense gradient. Python: <c>tf.convert_to_tensor</c>.</summary>
    /// <returns>A tensor of the source's shape, owned by the caller.</returns>
    public Tensor ToTensor() => RawOps.UnsortedSegmentSum(Values, Indices, RowCount);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Values.Dispose();
        Indices.Dispose();
        RowCount.Dispose();
    }
}

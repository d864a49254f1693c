using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>The rows of each step. An order follows from the seed and the epoch, so that a run that goes on has the same one.</summary>
/// <param name="rows">The number of rows.</param>
/// <param name="batchSize">That of a step.</param>
/// <param name="seed">The seed; null: in order.</param>
internal sealed class RowOrder(long rows, int batchSize, int? seed)
{
    /// <summary>The number of steps that take all rows once.</summary>
    public long Steps => (rows + batchSize - 1) / batchSize;

    /// <summary>The indices of each step of an epoch, [batch], int64; each is owned by the caller.</summary>
    public IEnumerable<Tensor> Epoch(int epoch)
    {
        long[] order = new long[rows];
        for (long i = 0; i < rows; i++)
            order[i] = i;
        if (seed is { } given)
            new Random(unchecked((given * 1_000_003) + epoch)).Shuffle(order);
        for (long begin = 0; begin < rows; begin += batchSize)
            yield return Indices(order, begin);
    }

    /// <summary>Indices as those of a step, of the first rows; owned by the caller.</summary>
    public Tensor First()
    {
        int count = (int)Math.Min(batchSize, rows);
        return Tensor.From<long>([.. Enumerable.Range(0, count).Select(i => (long)i)], Shape.Create([count]));
    }

    private Tensor Indices(long[] order, long begin)
    {
        int count = (int)Math.Min(batchSize, rows - begin);
        return Tensor.From<long>(order.AsSpan((int)begin, count), Shape.Create([count]));
    }
}

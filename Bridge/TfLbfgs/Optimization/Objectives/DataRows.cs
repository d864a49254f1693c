using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Data of which slices along the first axis are taken: eagerly, and in a trace, where the sizes must be known.</summary>
internal sealed class DataRows
{
    private readonly HashSet<int> _whole;
    private readonly string _owner;

    /// <summary>Names what is cut.</summary>
    /// <param name="data">The data.</param>
    /// <param name="whole">The indices of those that are passed whole.</param>
    /// <param name="owner">Who asks, for messages.</param>
    /// <exception cref="TfLbfgsException">There is nothing to cut.</exception>
    public DataRows(IReadOnlyList<Tensor> data, IReadOnlyList<int> whole, string owner)
    {
        _owner = owner;
        if (whole.FirstOrDefault(i => i < 0 || i >= data.Count, -1) is var wrong and not -1)
            throw new TfLbfgsException($"{owner}: expected indices of whole data between 0 and {data.Count - 1}, received {wrong}.");
        _whole = [.. whole, .. Enumerable.Range(0, data.Count).Where(i => data[i].Shape.HasRank && data[i].Rank == 0)];
        if (_whole.Count == data.Count)
            throw new TfLbfgsException($"{owner}: expected an objective with data that have rows, received "
                + $"{(data.Count == 0 ? "none" : "only whole ones")}. Give it data that are inputs (Objective.Data), not captured ones.");
        Count = CountOf(data);
    }

    /// <summary>The number of rows.</summary>
    public long Count { get; }

    /// <summary>The number of rows of these data.</summary>
    /// <exception cref="TfLbfgsException">They differ, or a trace does not know them.</exception>
    public long CountOf(IReadOnlyList<Tensor> data)
    {
        long count = -1;
        for (int i = 0; i < data.Count; i++)
        {
            if (_whole.Contains(i))
                continue;
            long rows = data[i].Shape.HasRank ? data[i].Shape[0] : -1;
            if (rows < 0)
                throw new TfLbfgsException($"{_owner}: expected data of known sizes, received {data[i].Describe()}.");
            if (count >= 0 && rows != count)
            {
                throw new TfLbfgsException(
                    $"{_owner}: expected data with as many rows each, received "
                        + $"{string.Join(", ", data.Where((_, j) => !_whole.Contains(j)).Select(d => d.Describe()))}. Name those that "
                        + "are no rows as whole.");
            }

            count = rows;
        }

        return count;
    }

    /// <summary>The rows from one on; in the scope of the caller.</summary>
    /// <param name="data">The data.</param>
    /// <param name="first">The first row, int64, shape [].</param>
    /// <param name="count">How many.</param>
    public Tensor[] Slice(IReadOnlyList<Tensor> data, Tensor first, long count) => Each(data, tensor =>
    {
        long[] shape = tensor.Shape.ToArray();
        Tensor zero = Tensor.Scalar(0L);
        Tensor begin = RawOps.Pack([first, .. shape.Skip(1).Select(_ => zero)]);
        // A size that is known now stays known in the slice, which XLA needs.
        using Tensor size = Tensor.Vector([count, .. shape[1..]]);
        return RawOps.Slice(tensor, begin, size);
    });

    /// <summary>The rows of these numbers; in the scope of the caller.</summary>
    /// <param name="data">The data.</param>
    /// <param name="numbers">int64, shape [k].</param>
    public Tensor[] Gather(IReadOnlyList<Tensor> data, Tensor numbers) =>
        Each(data, tensor => RawOps.GatherV2(tensor, numbers, Tensor.Scalar(0)));

    private Tensor[] Each(IReadOnlyList<Tensor> data, Func<Tensor, Tensor> take) =>
        [.. data.Select((tensor, i) => _whole.Contains(i) ? tensor : take(tensor))];
}

using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution;

/// <summary>Parts that are consecutive rows of the data of an objective, copied from this process.</summary>
internal sealed class UploadedRows : ShardSource
{
    private readonly Objective _objective;
    private readonly IReadOnlyList<int> _whole;
    private IReadOnlyList<Tensor> _placed;
    private DataRows _rows;

    /// <summary>Takes the data of an objective.</summary>
    /// <exception cref="TfLbfgsException">They have no rows.</exception>
    public UploadedRows(Objective objective, IReadOnlyList<int> whole)
    {
        _objective = objective;
        _whole = whole;
        _placed = [.. objective.Data];
        _rows = Rows();
    }

    /// <inheritdoc/>
    public override bool HasChanged => !_placed.SequenceEqual(_objective.Data);

    /// <inheritdoc/>
    public override Tensor[] Place(int index, int count, string device)
    {
        if (HasChanged)
        {
            _placed = [.. _objective.Data];
            _rows = Rows();
        }

        if (_rows.Count < count)
            throw new TfLbfgsException($"DistributedObjective: expected at least one row for each of {count} parts, received "
                + $"{_rows.Count} rows. Use fewer devices, or DistributionStrategy.WithShards.");
        (long first, long length) = EvenShare.Of(_rows.Count, index, count);
        using TensorScope scope = new();
        return [.. _rows.Slice(_placed, Tensor.Scalar(first), length).Select(tensor => CopyTo(tensor, device))];
    }

    private DataRows Rows() => new(_placed, _whole, $"DistributedObjective of {_objective.GetType().Name}");
}

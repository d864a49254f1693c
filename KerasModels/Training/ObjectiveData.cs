using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>The data of an objective: inputs, targets and weights of samples, each with the same number of rows.</summary>
internal sealed class ObjectiveData(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?>? weights)
    : IDisposable
{
    private readonly int[] _weighted = [.. Enumerable.Range(0, weights?.Count ?? 0).Where(i => weights![i] is not null)];

    public IReadOnlyList<Tensor> Inputs { get; } = NotNull(inputs);

    public IReadOnlyList<Tensor> Targets { get; } = NotNull(targets);

    /// <summary>The weights of the samples of each output, null where they are 1; empty where none are given.</summary>
    public IReadOnlyList<Tensor?> Weights { get; } = weights ?? [];

    /// <summary>All of them as one list.</summary>
    public IReadOnlyList<Tensor> All { get; } = [.. inputs, .. targets, .. (weights ?? []).OfType<Tensor>()];

    /// <summary>Takes a list in the order of <see cref="All"/> apart; weights may be missing.</summary>
    public (IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Targets, IReadOnlyList<Tensor?> Weights) Split(IReadOnlyList<Tensor> all)
    {
        int first = Inputs.Count + Targets.Count;
        Tensor?[] given = new Tensor?[all.Count > first ? Weights.Count : 0];
        for (int i = 0; i < _weighted.Length && first + i < all.Count; i++)
            given[_weighted[i]] = all[first + i];
        return ([.. all.Take(Inputs.Count)], [.. all.Skip(Inputs.Count).Take(Targets.Count)], given);
    }

    /// <exception cref="TfLbfgsException">The numbers of rows differ, or there are none.</exception>
    public void CheckRows()
    {
        if (Inputs.Count == 0)
            throw new TfLbfgsException("Expected at least one input, [rows, ...], received none.");
        if (All.Any(data => data.Rank < 1 || data.Shape[0] != All[0].Shape[0] || data.Shape[0] < 1))
        {
            throw new TfLbfgsException(
                "Expected inputs and targets with the same number of rows, at least 1, received "
                    + $"{string.Join(" and ", All.Select(data => data.Describe()))}.");
        }
    }

    /// <summary>The first row of each, in the caller's scope.</summary>
    public ObjectiveData FirstRow() =>
        new([.. Inputs.Select(x => x[..1])], [.. Targets.Select(y => y[..1])], [.. Weights.Select(w => w?[..1])]);

    /// <summary>
    /// The same data with owners of their own: floating-point inputs in the dtype of the computation, and int32, whose arguments of
    /// functions belong to the host, as int64.
    /// </summary>
    public ObjectiveData Hold(DType? computeDType)
    {
        using TensorScope scope = new();
        return new ObjectiveData(
            [.. Inputs.Select(x => computeDType is { } dtype && x.DType.IsFloating && x.DType != dtype ? RawOps.Cast(x, dtype).Alias()
                : x.Alias())], [.. Targets.Select(OnDevice)],
            [.. Weights.Select(w => w is null ? null : OnDevice(w))]);
    }

    public void Dispose()
    {
        foreach (Tensor data in All)
            data.Dispose();
    }

    private static Tensor OnDevice(Tensor data) => data.DType == DType.Int32 ? RawOps.Cast(data, DType.Int64).Alias() : data.Alias();

    private static IReadOnlyList<Tensor> NotNull(IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (Tensor tensor in tensors)
            ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
        return tensors;
    }
}

using TfLbfgs.Distribution.Serving;
using TfLbfgs.Formats;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution.Loading;

/// <summary>Parts that workers load themselves; those of devices of this process are loaded here.</summary>
/// <param name="data">What is loaded.</param>
/// <param name="objective">The objective, whose own data say which tensors are expected.</param>
/// <param name="cluster">The cluster; null: none.</param>
/// <param name="whole">Which of the data have no rows.</param>
internal sealed class LoadedShards(ShardedData data, Objective objective, Cluster? cluster, IReadOnlyList<int> whole) : ShardSource
{
    private readonly Dictionary<int, string> _digests = [];

    /// <inheritdoc/>
    public override Tensor[] Place(int index, int count, string device)
    {
        string? digest = null;
        Tensor[] tensors;
        if (cluster?.WorkerOf(device) is { } worker)
            (tensors, digest) = WorkerFiles.Load(worker, data.Request(index, count, ""), device, cluster.Options);
        else
            tensors = LoadHere(data.Request(index, count, Environment.CurrentDirectory), device);
        try
        {
            Check(tensors, index);
            CheckUnchanged(index, digest);
            return tensors;
        }
        catch
        {
            foreach (Tensor tensor in tensors)
                tensor.Dispose();
            throw;
        }
    }

    private static Tensor[] LoadHere(ShardRequest request, string device)
    {
        if (!LoadingFunctions.BuiltIn.TryGetValue(request.Function, out var function))
            throw new TfLbfgsException($"{request}: expected workers that have the function '{request.Function}', received devices of "
                + "this process. Load the data here and give them to the objective.");
        using TensorScope scope = new();
        return [.. function(request).Select(array => CopyTo(HostCopy(array), device))];
    }

    private static Tensor HostCopy(StoredArray array) =>
        Tensor.FromBytes(array.DType, (long[])[.. array.Shape], array, static (bytes, stored) => stored.Read(bytes));

    /// <summary>A part that is loaded again must be what it was: else the losses before and after could not be compared.</summary>
    private void CheckUnchanged(int index, string? digest)
    {
        if (digest is null || _digests.TryAdd(index, digest) || _digests[index] == digest)
            return;
        throw new ClusterException(
            $"Part {index} of {data}: expected the values that were loaded at first, received others: the files, or what the function "
            + "makes, have changed. Restore them and resume, or begin anew.");
    }

    private void Check(Tensor[] tensors, int index)
    {
        IReadOnlyList<Tensor> expected = objective.Data;
        bool fits = tensors.Length == expected.Count && tensors.Zip(expected).All(pair =>
            pair.First.DType == pair.Second.DType && pair.First.Rank == pair.Second.Rank
                && pair.First.Shape.ToArray().Skip(1).SequenceEqual(pair.Second.Shape.ToArray().Skip(1)));
        if (!fits)
        {
            throw new TfLbfgsException(
                $"Part {index} of {data}: expected {string.Join(", ", expected.Select(Describe))} as the objective has them, received "
                + $"{string.Join(", ", tensors.Select(tensor => tensor.Describe()))}.");
        }

        long[] rows = [.. tensors.Where((tensor, i) => tensor.Rank > 0 && !whole.Contains(i)).Select(tensor => tensor.Shape[0])];
        if (rows.Length == 0)
            throw new TfLbfgsException($"Part {index} of {data}: expected a tensor that has rows, received none. "
                + "DistributedOptions.Whole names all tensors: leave out those that are divided.");
        if (rows.Contains(0))
            throw new TfLbfgsException($"Part {index} of {data}: expected rows, received none. Divide the data into fewer parts.");
        if (rows.Distinct().Count() > 1)
            throw new TfLbfgsException(
                $"Part {index} of {data}: expected the same number of rows in each tensor, received {string.Join(", ", rows)}.");

        static string Describe(Tensor tensor) =>
            tensor.Rank == 0
                ? tensor.Describe()
                : $"{tensor.DType.PythonName}(rows{string.Concat(tensor.Shape.ToArray().Skip(1).Select(axis => $", {axis}"))})";
    }
}

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
internal sealed class LoadedShards(ShardedData data, Objective objective, Cluster? cluster) : ShardSource
{
    /// <inheritdoc/>
    public override Tensor[] Place(int index, int count, string device)
    {
        Tensor[] tensors = cluster?.WorkerOf(device) is { } worker
            ? WorkerFiles.Load(worker, data.Request(index, count, ""), device, cluster.Options)
            : LoadHere(data.Request(index, count, Environment.CurrentDirectory), device);
        try
        {
            Check(tensors, index);
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
        if (!LoadingFunctions.With(new Dictionary<string, Func<ShardRequest, IReadOnlyList<StoredArray>>>()).TryGetValue(request.Function, out var function))
            throw new TfLbfgsException($"{request}: expected workers that have the function '{request.Function}', received devices of "
                + "this process. Load the data here and give them to the objective.");
        using TensorScope scope = new();
        return [.. function(request).Select(array => CopyTo(Tensor.FromBytes(array.DType, (long[])[.. array.Shape], array, (bytes, a) => a.Read(bytes)), device))];
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

        if (tensors.Any(tensor => tensor.Rank > 0 && tensor.Shape[0] == 0))
            throw new TfLbfgsException($"Part {index} of {data}: expected rows, received none.");

        static string Describe(Tensor tensor) =>
            tensor.Rank == 0
                ? tensor.Describe()
                : $"{tensor.DType.PythonName}(rows{string.Concat(tensor.Shape.ToArray().Skip(1).Select(axis => $", {axis}"))})";
    }
}

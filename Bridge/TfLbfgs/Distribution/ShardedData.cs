namespace TfLbfgs.Distribution;

/// <summary>
/// Data that each worker of a cluster loads itself, so that they never pass through the controller; in a process of its own this process
/// loads them. See <see cref="ShardedNpy"/>, <see cref="ShardedCsv"/> and
/// <see cref="ShardedFunction"/>. Immutable.
/// </summary>
public abstract class ShardedData
{
    private protected ShardedData(string function, IReadOnlyDictionary<string, string> arguments)
    {
        Function = function;
        Arguments = arguments;
    }

    /// <summary>The name of the function that the worker runs.</summary>
    public string Function { get; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; }

    /// <summary>The request for a part.</summary>
    internal ShardRequest Request(int shard, int shards, string folder) => new(Function, Arguments, shard, shards, folder);

    /// <summary>Such as <c>npy(files=x.npy;y.npy)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{Function}({string.Join(", ", Arguments.Select(argument => $"{argument.Key}={argument.Value}"))})";
}

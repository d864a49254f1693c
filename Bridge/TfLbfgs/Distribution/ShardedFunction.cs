namespace TfLbfgs.Distribution;

/// <summary>
/// Arrays that a function of the worker makes, which <see cref="WorkerOptions.Functions"/> names. The same arguments must give the same
/// arrays: a part may be made again on another worker.
/// </summary>
/// <param name="name">The name of the function.</param>
/// <param name="arguments">Its arguments; null: none.</param>
public sealed class ShardedFunction(string name, IReadOnlyDictionary<string, string>? arguments = null)
    : ShardedData(name ?? throw new ArgumentNullException(nameof(name)), arguments ?? new Dictionary<string, string>());

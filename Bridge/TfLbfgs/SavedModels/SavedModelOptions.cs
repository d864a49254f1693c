namespace TfLbfgs.SavedModels;

/// <summary>How a SavedModel or a graph is loaded.</summary>
public sealed record SavedModelOptions
{
    /// <summary>The tags of the graph, all of them; null (default): the only graph, or that of <c>serve</c>.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>
    /// Whether XLA compiles the functions: faster calls for seconds of compilation per shape. A function that XLA cannot compile runs
    /// without it, and says so in <see cref="SavedFunction.NotCompiledBecause"/>. Default: false. Python: <c>jit_compile</c>.
    /// </summary>
    public bool Compile { get; init; }

    /// <summary>
    /// Whether ops may read and write files outside of the SavedModel, reach the network, or call Python. A SavedModel is a program: with
    /// true, load only those that you trust. Default: false, a call that needs such an op is refused.
    /// </summary>
    public bool AllowHostAccess { get; init; }
}

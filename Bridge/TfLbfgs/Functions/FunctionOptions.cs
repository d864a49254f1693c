namespace TfLbfgs.Functions;

/// <summary>How a <see cref="Function"/> is traced and kept.</summary>
public sealed record FunctionOptions
{
    /// <summary>The name in messages and in the context; default <c>function</c>.</summary>
    public string Name { get; init; } = "function";

    /// <summary>
    /// Whether XLA compiles it: faster calls for about a second of compilation per signature. Python: <c>jit_compile</c>.
    /// </summary>
    public bool Compile { get; init; }

    /// <summary>How many traces are kept, at least 1; the one not called for longest is released beyond that. Default 32.</summary>
    public int CacheSize { get; init; } = 32;

    /// <summary>Receives the reason of every trace after the first; null disables this.</summary>
    public Action<RetraceReport>? Retraced { get; init; }
}

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

    /// <summary>
    /// Whether TensorFlow optimizes the graph (constants, arithmetic, ops joined to one kernel such as a convolution with bias and
    /// activation): some milliseconds at the first call, and results that may differ from those of the single ops by rounding. Default
    /// true, as in Python: <c>tf.config.optimizer</c>. Without effect where XLA compiles.
    /// </summary>
    public bool OptimizeGraph { get; init; } = true;

    /// <summary>Whether calls ask TensorFlow to optimize the graph.</summary>
    internal bool OptimizesGraph => OptimizeGraph && !Compile;

    /// <summary>How many traces are kept, at least 1; the one not called for longest is released beyond that. Default 32.</summary>
    public int CacheSize { get; init; } = 32;

    /// <summary>Receives the reason of every trace after the first; null disables this.</summary>
    public Action<RetraceReport>? Retraced { get; init; }
}

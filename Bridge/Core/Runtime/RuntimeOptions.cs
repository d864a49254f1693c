namespace TfLbfgs.Runtime;

/// <summary>How TensorFlow is started. All of it must be known before the first tensor: see <see cref="TfRuntime.Initialize"/>.</summary>
public sealed record RuntimeOptions
{
    /// <summary>
    /// The native library to load (a file, or the folder that holds it); null: the search order of docs/guides/native-library.md.
    /// </summary>
    public string? LibraryPath { get; init; }

    /// <summary>
    /// How many CPU devices the context shows, at least 1; default 1. More than one lets placement be tested without a GPU.
    /// </summary>
    public int CpuDevices { get; init; } = 1;

    /// <summary>
    /// Threads inside one op; 0 (default) leaves it to TensorFlow. Python: <c>tf.config.threading.set_intra_op_parallelism_threads</c>.
    /// </summary>
    public int IntraOpThreads { get; init; }

    /// <summary>
    /// Threads that run ops side by side; 0 (default) leaves it to TensorFlow. Python:
    /// <c>tf.config.threading.set_inter_op_parallelism_threads</c>.
    /// </summary>
    public int InterOpThreads { get; init; }

    /// <summary>What happens when an op meets a tensor on another device; default <see cref="PlacementPolicy.Silent"/>.</summary>
    public PlacementPolicy Placement { get; init; } = PlacementPolicy.Silent;

    /// <summary>
    /// Whether oneDNN kernels are used; null (default) leaves it to TensorFlow. They are faster for some ops and round differently.
    /// </summary>
    public bool? OneDnn { get; init; }

    /// <summary>Whether a line on stderr reports the unpacking of the native library; default true.</summary>
    public bool ReportUnpacking { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="TfLbfgsException">A count is negative, or there would be no CPU device.</exception>
    public void Validate()
    {
        if (CpuDevices < 1)
            throw new TfLbfgsException($"RuntimeOptions.CpuDevices: expected at least 1, received {CpuDevices}.");
        if (IntraOpThreads < 0 || InterOpThreads < 0)
            throw new TfLbfgsException("RuntimeOptions: expected thread counts of 0 (TensorFlow decides) or more, received "
                + $"IntraOpThreads={IntraOpThreads}, InterOpThreads={InterOpThreads}.");
    }
}

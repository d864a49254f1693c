namespace TfLbfgs.Keras.Saving;

/// <summary>How a model or its weights are saved.</summary>
public sealed record SaveOptions
{
    /// <summary>
    /// Whether saving waits until the disk has the file, so that it outlasts a failure of the machine; default true. Without it the file is
    /// still put in its place when it is complete, and the system writes it to the disk when it has time, as with Keras.
    /// </summary>
    public bool FlushToDisk { get; init; } = true;

    /// <summary>
    /// The most bytes of weights in one file, where the name ends in <c>.weights.json</c> and weights are divided into several files;
    /// default 5 GiB. Python: <c>max_shard_size</c>.
    /// </summary>
    public long MaxShardBytes { get; init; } = 5L << 30;
}

namespace TfLbfgs.Keras.Saving;

/// <summary>How a model or its weights are saved.</summary>
public sealed record SaveOptions
{
    /// <summary>
    /// The most bytes of weights in one file, where the name ends in <c>.weights.json</c> and weights are divided into several files;
    /// default 5 GiB. Python: <c>max_shard_size</c>.
    /// </summary>
    public long MaxShardBytes { get; init; } = 5L << 30;
}

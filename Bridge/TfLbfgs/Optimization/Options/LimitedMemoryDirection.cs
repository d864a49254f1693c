using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// L-BFGS: the last <see cref="RunOptions.MemoryLength"/> pairs over <see cref="AlgorithmOptions.Scaling"/>. Memory and time of an
/// iteration
/// grow as the pairs times n. The default.
/// </summary>
public sealed record LimitedMemoryDirection : DirectionMethod
{
    /// <summary>
    /// Whether the first trial is always at most <c>2.02 df / |g.d|</c> with df the last decrease of the loss; default false:
    /// <see cref="AlgorithmOptions.AdaptFirstTrial"/> does so where it suits the problem (docs/directions.md).
    /// </summary>
    public bool CapFirstTrial { get; init; }

    /// <inheritdoc/>
    protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int length = options.MemoryLength ?? MemoryTable.Length(count, dtype);
        return options.ComputesOnHost
            ? HostPairs.Create(length, count, dtype, options.Scaling, CapFirstTrial, options.UseLosses)
            : CreateTraced(count, dtype, options);
    }

    /// <summary>The pairs as ops compute with them, on a device of any kind.</summary>
    internal PairHistory CreateTraced(long count, DType dtype, LbfgsOptions options) =>
        new(options.MemoryLength ?? MemoryTable.Length(count, dtype), count, dtype, options.Scaling)
        {
            CapsFirstTrial = CapFirstTrial,
            UsesLosses = options.UseLosses,
        };
}

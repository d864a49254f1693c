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
    /// Whether the first trial is at most <c>2.02 df / |g.d|</c> with df the last decrease of the loss; default false. Fewer evaluations on
    /// networks, more on classic problems (docs/directions.md).
    /// </summary>
    public bool CapFirstTrial { get; init; }

    /// <summary>
    /// Whether the curvature of a pair is corrected by the losses of its step, which report the third derivative: <c>6 (f0 - f1) + 3 (g0 +
    /// g1).s</c> more along s (Zhang, Deng and Chen 1999); default false. Fewer evaluations on problems that are not quadratic
    /// (docs/directions.md). Not within bounds, and not in one compiled loop.
    /// </summary>
    public bool UseLosses { get; init; }

    /// <inheritdoc/>
    protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int length = options.MemoryLength ?? MemoryTable.Length(count, dtype);
        return new PairHistory(length, count, dtype, options.Scaling) { CapsFirstTrial = CapFirstTrial, UsesLosses = UseLosses };
    }
}

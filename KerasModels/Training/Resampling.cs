namespace TfLbfgs.Keras;

/// <summary>
/// Replaces the data of a run by other ones at an interval, such as new collocation points of a physics-informed network:
/// <c>new Resampling(100, epoch => (Points(seed: epoch), zeros))</c>.
/// </summary>
/// <remarks>
/// With L-BFGS the point is evaluated anew on the new data, so that no pair mixes gradients of both. The pairs before are kept, as the
/// curvature of a loss over similar points; the pair of the last step before the change is dropped. With <see cref="KeepPairs"/> false, and
/// where one compiled loop runs whole iterations, all pairs are forgotten and the run begins anew at its point.
/// </remarks>
public sealed record Resampling
{
    /// <summary>Creates a rule.</summary>
    /// <param name="interval">After how many epochs, or iterations of L-BFGS, new data are drawn, at least 1.</param>
    /// <param name="draw">From the number of the epoch that begins to its data, of the shapes of the first ones, else the step is traced
    /// anew. The run frees what the data own.</param>
    /// <exception cref="TfLbfgsException">The interval is below 1.</exception>
    public Resampling(int interval, Func<int, TrainingData> draw)
    {
        ArgumentNullException.ThrowIfNull(draw);
        if (interval < 1)
            throw new TfLbfgsException($"Resampling: expected an interval of at least 1 epoch, received {interval}.");
        (Interval, Draw) = (interval, draw);
    }

    /// <summary>After how many epochs new data are drawn.</summary>
    public int Interval { get; }

    /// <summary>From the number of an epoch to its data.</summary>
    public Func<int, TrainingData> Draw { get; }

    /// <summary>Whether L-BFGS keeps its pairs; default true.</summary>
    public bool KeepPairs { get; init; } = true;
}

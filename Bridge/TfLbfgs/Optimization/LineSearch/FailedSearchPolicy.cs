namespace TfLbfgs.Optimization;

/// <summary>
/// What happens after a line search that found no acceptable step. In each case a lower point that the search came across is kept, the
/// objective ends with the best point, and a search that fails because the loss
/// cannot be resolved any further ends the run as <see cref="StopReason.WorkingPrecision"/>, unless the best trial is to be accepted
/// anyway.
/// </summary>
public enum FailedSearchPolicy
{
    /// <summary>
    /// Forgets the memory where nothing lower was found, and goes on along the steepest descent, up to
    /// <see cref="AlgorithmOptions.MaxRestarts"/> times without progress.
    /// </summary>
    Restart,

    /// <summary>
    /// The first time in a run: forgets the memory and begins anew at the best point. The second time: ends, as
    /// <see cref="StopReason.LineSearchFailed"/>.
    /// </summary>
    RestartOnce,

    /// <summary>Ends at once, as <see cref="StopReason.LineSearchFailed"/>.</summary>
    Stop,

    /// <summary>
    /// Takes the lowest trial of the search as if it had been accepted, even above the point before; for noisy losses. Where no trial was
    /// finite it restarts.
    /// </summary>
    AcceptBest,

    /// <summary>Throws a <see cref="TfLbfgsException"/> that says what failed, after the objective has adopted the best point.</summary>
    Throw,
}

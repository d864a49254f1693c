namespace TfLbfgs.Optimization;

/// <summary>What a callback wants after an iteration.</summary>
public enum LbfgsAction
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>End: what was wanted is reached. The result is a success, <see cref="StopReason.Stopped"/>.</summary>
    Stop,

    /// <summary>
    /// End: something is wrong. The result is none, <see cref="StopReason.Aborted"/>; it holds the best point all the same.
    /// </summary>
    Abort,
}

namespace TfLbfgs.Optimization;

/// <summary>Why a minimization ended. "Stalled" is never "converged".</summary>
public enum StopReason
{
    /// <summary>The largest component of the gradient is within the tolerance.</summary>
    Converged,

    /// <summary>The loss reached the target.</summary>
    TargetReached,

    /// <summary>No further decrease can be resolved in the dtype: the loss is exact to its last bits.</summary>
    WorkingPrecision,

    /// <summary>No progress although the gradient is not small, also after restarts.</summary>
    Stalled,

    /// <summary>The limit of iterations.</summary>
    IterationLimit,

    /// <summary>The limit of evaluations.</summary>
    EvaluationLimit,

    /// <summary>The cancellation token.</summary>
    Cancelled,

    /// <summary>Loss or gradient are not finite at the start.</summary>
    BadStart,

    /// <summary>The position changed by no more than <see cref="RunOptions.PositionTolerance"/>.</summary>
    PositionTolerance,

    /// <summary>
    /// The loss changed by no more than <see cref="RunOptions.RelativeLossTolerance"/> or
    /// <see cref="RunOptions.AbsoluteLossTolerance"/>.
    /// </summary>
    LossTolerance,

    /// <summary>The limit of time, <see cref="RunOptions.MaxTime"/>.</summary>
    TimeLimit,

    /// <summary>The loss, or the validation loss, did not improve for as long as its patience lasts.</summary>
    NoImprovement,

    /// <summary>The callback, or a condition of <see cref="LbfgsOptions.StopWhen"/>, said that what was wanted is reached.</summary>
    Stopped,

    /// <summary>The callback said that something is wrong.</summary>
    Aborted,

    /// <summary>
    /// No step along the direction satisfied the conditions of the line search; the message names those that did not hold, and the last
    /// bracket.
    /// </summary>
    LineSearchFailed,

    /// <summary>
    /// As many other members of the batch converged as <see cref="BatchStopping.Any"/> or <see cref="BatchStopping.AtLeast"/> asks for,
    /// which ends all.
    /// </summary>
    AnotherMember,

    /// <summary>
    /// Rules of <see cref="LbfgsOptions.StopWhen"/> that give different reasons held together, at least one of them about something that
    /// was wanted; the message names them.
    /// </summary>
    RulesMet,
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// How a batch of vectors is minimized,
/// <see cref="Lbfgs.MinimizeBatch(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, BatchOptions, CancellationToken)"/>. Immutable; every
/// value has a default. Each member takes the decisions of a
/// single run; directions other than the limited memory, bounds, scaled variables, validation, checkpoints and rules of your own are those
/// of a single vector, <see cref="LbfgsOptions"/>.
/// </summary>
public sealed record BatchOptions : AlgorithmOptions, IBatchOptions
{
    /// <summary>
    /// When a batch ends: when all members have ended (default), or as soon as one or some number of them has converged. Python:
    /// <c>stopping_condition</c>.
    /// </summary>
    public BatchStopping StoppingCondition { get; init; }

    /// <summary>
    /// Whether members that have ended are no longer evaluated; default true. When the others fit a smaller power of two, the function is
    /// traced once more for positions of shape [that many, n]. A function that cannot be evaluated for
    /// fewer members, since it has data of its own for each, is detected and called with all members to the end; pass one that is given the
    /// indices of the members instead.
    /// </summary>
    public bool ShedFinished { get; init; } = true;

    /// <summary>The absolute error of the loss; null (default): its rounding, eps |f|. See <see cref="LbfgsOptions.Noise"/>.</summary>
    public GivenNoise? Noise { get; init; }

    /// <summary>
    /// The diagonal of the inverse Hessian to start from, positive, shape [n] or that of the positions, of their dtype; null (default):
    /// ones. From the first pair on it is scaled by s.y / y.Dy, so that only its proportions matter.
    /// Borrowed.
    /// </summary>
    public Tensor? InitialInverseHessianDiagonal { get; init; }

    /// <summary>
    /// Goes on where an earlier batch ended, in place of initial positions: the positions are evaluated once more, the function is compared
    /// with the results, and every member is judged anew. Borrowed.
    /// </summary>
    public LbfgsBatchResult? PreviousBatchResult { get; init; }

    /// <summary>
    /// Called when TensorFlow failed in an evaluation of a batch: receives what it said and how often the evaluation was repeated before,
    /// and says whether it is repeated, traced anew; else the failure ends the run, as with null (default). For members that are spread
    /// over workers: <see cref="Distribution.Cluster.Recovery"/>.
    /// </summary>
    public Func<TfStatusException, int, bool>? Recover { get; init; }

    /// <summary>What the options say to the rules of an iteration.</summary>
    /// <param name="epsilon">The rounding of one operation in the dtype of the vectors.</param>
    internal RuleLimits<HostScalar> LimitsOfRules(double epsilon) => Limits(epsilon, Noise?.AbsoluteError ?? 0, Noise?.RelativeError ?? 0);
}

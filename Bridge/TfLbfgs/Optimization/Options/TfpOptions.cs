using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The options of <c>tfp.optimizer.lbfgs_minimize</c>, with its defaults, for a run that follows it step by step, its defects included: the
/// same flags, the same number of evaluations where rounding allows. 50 iterations, 10 pairs,
/// gradient tolerance 1e-8, Hager–Zhang line searches of at most 50 rounds with constants 0.1 and 0.9.
/// <see cref="LbfgsOptions.TfpCompatible"/> is one with the defaults. docs/reference/differences.md lists every argument and result of
/// tfp's,
/// and what tfp does that the default algorithm does not. <see cref="Execution.Auto"/> is the executor.
/// </summary>
public sealed record TfpOptions : RunOptions, IBatchOptions
{
    /// <summary>The defaults of tfp.</summary>
    public TfpOptions()
    {
        MaxIterations = 50;
        MemoryLength = 10;
        SufficientDecrease = 0.1;
        MaxLineSearchTrials = 50;
    }

    /// <summary>
    /// When a batch ends: when all members have ended (default), or as soon as one or some number of them has converged. Python:
    /// <c>stopping_condition</c>.
    /// </summary>
    public BatchStopping StoppingCondition { get; init; }

    /// <summary>
    /// The diagonal of the inverse Hessian to start from, positive, shape [n] or that of the positions, of their dtype; null (default):
    /// ones. From the first pair on it is scaled by s.y / y.Dy, so that only its proportions matter.
    /// Borrowed. Python: <c>initial_inverse_hessian_estimate</c>, which tfp's L-BFGS refuses.
    /// </summary>
    public Tensor? InitialInverseHessianDiagonal { get; init; }

    /// <summary>
    /// Goes on where an earlier run of a single vector with tfp's rules ended, in place of an initial position: position, pairs, flags and
    /// counts are taken over. Borrowed. <see cref="RunOptions.MaxIterations"/> counts both runs. The
    /// memory length is that of the earlier run, as in tfp. Python: <c>previous_optimizer_results</c>.
    /// </summary>
    public LbfgsResult? PreviousResult { get; init; }

    /// <summary>The same for a batch.</summary>
    public LbfgsBatchResult? PreviousBatchResult { get; init; }

    /// <summary>
    /// Called when TensorFlow failed in an evaluation of a batch: receives what it said and how often the evaluation was repeated before,
    /// and says whether it is repeated, traced anew; else the failure ends the run, as with null (default). For members that are spread
    /// over workers: <see cref="Distribution.Cluster.Recovery"/>.
    /// </summary>
    public Func<TfStatusException, int, bool>? Recover { get; init; }

    /// <summary>Checks the values, for a single vector or for a batch.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range, or results to resume are of the other kind.</exception>
    internal void ValidateFor(bool batch)
    {
        Validate();
        if (batch && PreviousResult is not null)
            throw new TfLbfgsException("TfpOptions.PreviousResult: expected null, since a batch resumes from PreviousBatchResult, "
                + "received the result of a single vector.");
        if (!batch && PreviousBatchResult is not null)
            throw new TfLbfgsException("TfpOptions.PreviousBatchResult: expected null, since a single vector resumes from "
                + "PreviousResult, received the result of a batch.");
        if (!batch && Recover is not null)
            throw new TfLbfgsException("TfpOptions.Recover: expected null, since the objective of a single vector recovers by itself "
                + "(Objective.Recover), received a function.");
    }
}

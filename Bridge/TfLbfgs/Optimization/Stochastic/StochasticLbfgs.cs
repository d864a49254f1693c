using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Multi-batch L-BFGS (Berahas, Nocedal and Takac 2016): each iteration sees a batch of the rows of the data, and consecutive batches share
/// some. Curvature is learnt from the shared rows alone, on which
/// both gradients are those of one function; a change of the gradient that is due to other rows would spoil it. For data of which a part
/// says nearly as much as the whole; a full batch that only does not fit memory is the work of
/// <see cref="ChunkedObjective"/>. The loss must be a mean over the rows, the entries along the first axis of <see cref="Objective.Data"/>,
/// plus parts that do not depend on them.
/// </summary>
/// <remarks>
/// An iteration costs one evaluation of a batch, and one more for each step that Armijo's rule tries; at most three small reads. Batches
/// are gathered on the device. The same seed and options give the same run. It ends near a minimum,
/// not at it, as far off as batches differ: larger batches or <see cref="BatchStep.Decaying"/> come nearer.
/// </remarks>
public static class StochasticLbfgs
{
    /// <summary>
    /// Minimizes an objective from its own start; at the end it adopts the point with the lowest measured loss of all data, also after a
    /// failure or a cancellation.
    /// </summary>
    /// <param name="objective">The objective, whose data have rows; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run within one iteration; the result holds the best point measured.</param>
    /// <returns>The best point and why it ended, owned by the caller. <see cref="StopReason.EvaluationLimit"/> is its usual end: the passes
    /// are used up.</returns>
    /// <exception cref="TfLbfgsException">An option or the objective's shapes are wrong, or the data have no more rows than a
    /// batch.</exception>
    public static StochasticResult Minimize(Objective objective, StochasticOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ObjectiveGuard.Check(objective);
        using Tensor start = ObjectiveGuard.Start(objective);
        return Minimize(objective, start, options, cancellationToken);
    }

    /// <summary>Minimizes an objective from a given start.</summary>
    /// <inheritdoc cref="Minimize(Objective, StochasticOptions?, CancellationToken)"/>
    /// <param name="objective">The objective, whose data have rows; borrowed.</param>
    /// <param name="initialPosition">Where to start, shape [n], of the objective's dtype; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run within one iteration; the result holds the best point measured.</param>
    public static StochasticResult Minimize(Objective objective, Tensor initialPosition, StochasticOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ObjectiveGuard.Check(objective);
        ObjectiveGuard.CheckStart(objective, initialPosition);
        options ??= new StochasticOptions();
        options.Validate();
        using StochasticRun run = new(objective, options, cancellationToken);
        return run.With(ObjectiveGuard.Run(objective, () => run.Minimize(initialPosition), () => run.BestPosition));
    }
}

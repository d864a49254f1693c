using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <content>Minimization by the rules of TensorFlow Probability.</content>
public static partial class Lbfgs
{
    /// <summary>
    /// Minimizes an objective from its own start by tfp's rules; at the end it adopts the best point, also after a failure or a
    /// cancellation. Python: <c>tfp.optimizer.lbfgs_minimize</c>.
    /// </summary>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="options">The options; <see cref="LbfgsOptions.TfpCompatible"/> has tfp's defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best point and why it ended, owned by the caller. A bad end is a result, not an exception.</returns>
    /// <exception cref="TfLbfgsException">An option or the objective's shapes are wrong.</exception>
    public static LbfgsResult Minimize(Objective objective, TfpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        using TfpMinimizer minimizer = new(objective, options);
        return minimizer.Minimize(cancellationToken);
    }

    /// <summary>
    /// Minimizes an objective from a given start by tfp's rules; at the end it adopts the best point, also after a failure or a
    /// cancellation.
    /// </summary>
    /// <inheritdoc cref="Minimize(Objective, TfpOptions, CancellationToken)"/>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="initialPosition">Where to start, shape [n], of the objective's dtype; borrowed.</param>
    /// <param name="options">The options; <see cref="LbfgsOptions.TfpCompatible"/> has tfp's defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    public static LbfgsResult Minimize(Objective objective, Tensor initialPosition, TfpOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        using TfpMinimizer minimizer = new(objective, options);
        return minimizer.Minimize(initialPosition, cancellationToken);
    }

    /// <summary>Minimizes any function that returns loss and gradient by tfp's rules; writes to no model.</summary>
    /// <param name="function">From position, shape [n], to loss, shape [], and gradient, shape [n]; traced once unless
    /// <see cref="Execution.Eager"/> is chosen.</param>
    /// <param name="initialPosition">Where to start, shape [n], float32 or float64; borrowed. Null when, and only when,
    /// <see cref="TfpOptions.PreviousResult"/> is given.</param>
    /// <param name="options">The options; <see cref="LbfgsOptions.TfpCompatible"/> has tfp's defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best point and why it ended, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An option or a shape is wrong.</exception>
    public static LbfgsResult Minimize(
        Func<Tensor, (Tensor Loss, Tensor Gradient)> function, Tensor? initialPosition, TfpOptions options,
            CancellationToken cancellationToken = default) =>
        Minimize(new FunctionObjective(function, StartOf(initialPosition, options)), options, cancellationToken);

    /// <summary>
    /// Minimizes any function that returns a loss by tfp's rules; a gradient tape gives the gradient. Writes to no model.
    /// </summary>
    /// <inheritdoc cref="Minimize(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, TfpOptions, CancellationToken)"/>
    public static LbfgsResult Minimize(Func<Tensor, Tensor> function, Tensor? initialPosition, TfpOptions options,
        CancellationToken cancellationToken = default) =>
        Minimize(new FunctionObjective(function, StartOf(initialPosition, options)), options, cancellationToken);

    /// <summary>
    /// Minimizes many vectors at once exactly as <c>tfp.optimizer.lbfgs_minimize</c> does, which evaluates all members to the end.
    /// </summary>
    /// <param name="function">
    /// From positions, shape [..., n], to losses, shape [...], and gradients, shape [..., n]; traced once for the shape of the start,
    /// unless <see cref="Execution.Eager"/> is chosen.
    /// </param>
    /// <param name="initialPositions">Where to start, shape [..., n], float32 or float64; borrowed. Null when, and only when,
    /// <see cref="TfpOptions.PreviousBatchResult"/> is given.</param>
    /// <param name="options">The options; <see cref="LbfgsOptions.TfpCompatible"/> has tfp's defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    /// <returns>Points, losses and reasons per member, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An option or a shape is wrong.</exception>
    public static LbfgsBatchResult MinimizeBatch(
        Func<Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions, TfpOptions options,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return MinimizeBatch((positions, _) => function(positions), initialPositions, options, cancellationToken);
    }

    /// <summary>The same for a function that is given the indices of the members that it evaluates.</summary>
    /// <inheritdoc cref="MinimizeBatch(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, TfpOptions, CancellationToken)"/>
    /// <param name="function">From positions, shape [..., n], and the indices of their members, int64, shape [...], to losses, shape [...],
    /// and gradients, shape [..., n].</param>
    /// <param name="initialPositions">Where to start, shape [..., n], float32 or float64; borrowed. Null when, and only when,
    /// <see cref="TfpOptions.PreviousBatchResult"/> is given.</param>
    /// <param name="options">The options; <see cref="LbfgsOptions.TfpCompatible"/> has tfp's defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    public static LbfgsBatchResult MinimizeBatch(
        Func<Tensor, Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions, TfpOptions options,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateFor(batch: true);
        BatchProblem problem = ProblemOf(function, initialPositions, options.PreviousBatchResult, nameof(TfpOptions));
        return ObjectiveGuard.RunUntaped(() =>
        {
            using Tensor members =
                Tensor.From<long>([.. Enumerable.Range(0, problem.All.Members).Select(member => (long)member)], problem.All.BatchShape);
            using BatchRun run = new(problem.All.With([members]));
            return run.Batch(initialPositions, options, cancellationToken);
        });
    }

    private static Tensor StartOf(Tensor? initialPosition, TfpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.PreviousResult is not { } previous)
        {
            ArgumentNullException.ThrowIfNull(initialPosition);
            return initialPosition;
        }

        return initialPosition is null
            ? previous.Position : throw Both(nameof(initialPosition), "TfpOptions.PreviousResult", "Pass null for the position to resume.");
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <content>Many vectors at once.</content>
public static partial class Lbfgs
{
    /// <summary>
    /// Minimizes many vectors at once, each on its own: every evaluation is one call for all members that have not ended, each at the step
    /// that its own line search asks for. In the default mode each takes the steps that
    /// <see cref="Minimize(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, LbfgsOptions?, CancellationToken)"/> would take, to rounding,
    /// and members that have ended leave the batch (<see cref="BatchOptions.ShedFinished"/>).
    /// Observers receive the member with the lowest loss. Python: <c>tfp.optimizer.lbfgs_minimize</c>, whose steps <see cref="TfpOptions"/>
    /// take.
    /// </summary>
    /// <param name="function">
    /// From positions, shape [..., n], to losses, shape [...], and gradients, shape [..., n]; traced twice for the shape of the start and
    /// for each power of two of members that are left, unless <see cref="Execution.Eager"/> is chosen.
    /// Data must not belong to single members.
    /// </param>
    /// <param name="initialPositions">Where to start, shape [..., n], float32 or float64; borrowed. Null when, and only when,
    /// <see cref="BatchOptions.PreviousBatchResult"/> is given.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    /// <returns>Points, losses and reasons per member, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An option or a shape is wrong.</exception>
    public static LbfgsBatchResult MinimizeBatch(
        Func<Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions, BatchOptions? options = null,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return RunBatch((positions, _) => function(positions), initialPositions, options, cancellationToken);
    }

    /// <summary>
    /// The same for a function with data of their own for each member: it receives the indices of those that it evaluates.
    /// </summary>
    /// <inheritdoc cref="MinimizeBatch(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, BatchOptions, CancellationToken)"/>
    /// <param name="function">
    /// From positions, shape [..., n], and the indices of their members, int64, shape [...], to losses, shape [...], and gradients, shape
    /// [..., n]. Members are counted in row-major order of the start's shape; once some have left, the
    /// shapes are [b, n] and [b]. To take a member's data: <c>Tf.Gather(data, members)</c>.
    /// </param>
    /// <param name="initialPositions">Where to start, shape [..., n], float32 or float64; borrowed. Null when, and only when,
    /// <see cref="BatchOptions.PreviousBatchResult"/> is given.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    public static LbfgsBatchResult MinimizeBatch(
        Func<Tensor, Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions, BatchOptions? options = null,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return RunBatch(function, initialPositions, options, cancellationToken);
    }

    private static LbfgsBatchResult RunBatch(
        Func<Tensor, Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions, BatchOptions? options,
            CancellationToken cancellationToken)
    {
        options ??= new BatchOptions();
        options.Validate();
        BatchProblem problem = ProblemOf(function, initialPositions, options.PreviousBatchResult,
            nameof(BatchOptions)) with
        { Recover = options.Recover };
        return ObjectiveGuard.RunUntaped(() => BatchLbfgs.Run(problem, initialPositions, options, cancellationToken));
    }

    private static BatchProblem ProblemOf(Func<Tensor, Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions,
        LbfgsBatchResult? previous, string options)
    {
        if (previous is null)
            ArgumentNullException.ThrowIfNull(initialPositions);
        else if (initialPositions is not null)
            throw Both(nameof(initialPositions), $"{options}.{nameof(BatchOptions.PreviousBatchResult)}",
                "Pass null for the positions to resume.");
        Tensor positions = initialPositions ?? previous!.Position;
        if (positions.DType is not (DType.Float32 or DType.Float64) || positions.Rank < 1 || positions.Shape.ElementCount == 0)
            throw new TfLbfgsException("Expected initial positions of float32 or float64, shape [..., n], with at least one member and "
                + $"one parameter, received {positions.Describe()}.");
        return new BatchProblem(function, positions.DType, positions.Shape);
    }
}

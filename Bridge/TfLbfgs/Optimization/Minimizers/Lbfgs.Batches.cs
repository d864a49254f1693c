using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <content>Many vectors at once.</content>
public static partial class Lbfgs
{
    /// <summary>
    /// Minimizes many vectors at once, each on its own: every evaluation is one call for all members that have not ended, each at the step that its own line search asks for. In the default mode each takes the steps that
    /// <see cref="Minimize(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, LbfgsOptions, CancellationToken)"/> would take, to rounding, and members that have ended leave the batch (<see cref="LbfgsOptions.ShedFinished"/>).
    /// With <see cref="LbfgsOptions.TfpCompatible"/> exactly as <c>tfp.optimizer.lbfgs_minimize</c>. Those who listen hear of the member with the lowest loss.
    /// </summary>
    /// <param name="function">
    /// From positions, shape [..., n], to losses, shape [...], and gradients, shape [..., n]; traced twice for the shape of the start and for each power of two of members that are left, unless <see cref="Execution.Eager"/> is chosen.
    /// Data must not belong to single members.
    /// </param>
    /// <param name="initialPositions">Where to start, shape [..., n], float32 or float64; borrowed. Null when, and only when, <see cref="LbfgsOptions.PreviousBatchResult"/> is given.</param>
    /// <param name="options">How; null: defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    /// <returns>Points, losses and reasons per member, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An option or a shape is wrong.</exception>
    public static LbfgsBatchResult MinimizeBatch(
        Func<Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions, LbfgsOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return RunBatch((positions, _) => function(positions), initialPositions, options, cancellationToken);
    }

    /// <summary>The same for a function with data of their own for each member: it is told which ones it evaluates.</summary>
    /// <inheritdoc cref="MinimizeBatch(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, LbfgsOptions, CancellationToken)"/>
    /// <param name="function">
    /// From positions, shape [..., n], and the indices of their members, int64, shape [...], to losses, shape [...], and gradients, shape [..., n]. Members are counted in row-major order of the start's shape; once some have left, the
    /// shapes are [b, n] and [b]. To take a member's data: <c>Tf.Gather(data, members)</c>.
    /// </param>
    /// <param name="initialPositions">Where to start, shape [..., n], float32 or float64; borrowed. Null when, and only when, <see cref="LbfgsOptions.PreviousBatchResult"/> is given.</param>
    /// <param name="options">How; null: defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    public static LbfgsBatchResult MinimizeBatch(
        Func<Tensor, Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions, LbfgsOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return RunBatch(function, initialPositions, options, cancellationToken);
    }

    private static LbfgsBatchResult RunBatch(
        Func<Tensor, Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor? initialPositions, LbfgsOptions? options, CancellationToken cancellationToken)
    {
        options ??= new LbfgsOptions();
        options.ValidateFor(batch: true);
        if (options.PreviousBatchResult is null)
            ArgumentNullException.ThrowIfNull(initialPositions);
        else if (initialPositions is not null)
            throw Both(nameof(initialPositions), nameof(LbfgsOptions.PreviousBatchResult), "Pass null for the positions to resume.");
        Tensor positions = initialPositions ?? options.PreviousBatchResult!.Position;
        if (positions.DType is not (DType.Float32 or DType.Float64) || positions.Rank < 1 || positions.Shape.ElementCount == 0)
            throw new TfLbfgsException($"Expected initial positions of float32 or float64, shape [..., n], with at least one member and one parameter, received {positions.Describe()}.");
        BatchProblem problem = new(function, positions.DType, positions.Shape);
        return ObjectiveGuard.RunUntaped(() =>
        {
            if (!options.IsTfpCompatible)
                return BatchLbfgs.Run(problem, initialPositions, options, cancellationToken);
            using Tensor members = Tensor.From<long>([.. Enumerable.Range(0, problem.All.Members).Select(member => (long)member)], problem.All.BatchShape);
            using BatchRun run = new(problem.All.With([members]));
            return run.Batch(initialPositions, options, cancellationToken);
        });
    }
}

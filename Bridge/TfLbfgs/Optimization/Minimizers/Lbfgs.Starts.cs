using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <content>Many starts of one problem.</content>
public static partial class Lbfgs
{
    /// <summary>
    /// Minimizes a function from many starts, all in one batch, and ranks what they reach (see
    /// <see cref="MinimizeBatch(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, BatchOptions, CancellationToken)"/>).
    /// Python: <c>tfp.optimizer.lbfgs_minimize</c> from a batch of positions, and a sort.
    /// </summary>
    /// <param name="function">From positions, shape [b, n], to losses, shape [b], and gradients, shape [b, n], for any b.</param>
    /// <param name="starts">Shape [count, n], float32 or float64, such as <see cref="StartPoints"/> makes; borrowed.</param>
    /// <param name="options">The options; null: the defaults. <see cref="BatchOptions.StoppingCondition"/> can end all when some have
    /// converged.</param>
    /// <param name="distance">Two minima differ when a component does by more than this times the larger of 1 and the largest component; at
    /// least 0.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    /// <returns>The ends, best first, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An option or a shape is wrong.</exception>
    public static MultiStartResult MinimizeFromStarts(
        Func<Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor starts, BatchOptions? options = null, double distance = 1e-4,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        CheckStarts(starts, distance);
        using LbfgsBatchResult batch = MinimizeBatch(function, starts, options, cancellationToken);
        MultiStartEntry[] entries =
        [
            .. Enumerable.Range(0, batch.Count).Select(i => new MultiStartEntry(
                i, batch.Losses[i], batch.InitialLosses[i], batch.GradientNorms[i], batch.Reasons[i], batch.Messages[i],
                    batch.MemberIterations[i], batch.MemberEvaluations[i])),
        ];
        return MultiStartRanking.Rank(batch.Position, entries, distance, batch.Evaluations, batch.EvaluatedRows, batch.Seconds);
    }

    /// <summary>
    /// Minimizes an objective from many starts, one after the other with what was traced once, and ranks what they reach. The objective
    /// adopts the best point of each as it ends, and in the end the best of all. A cancellation
    /// or <see cref="RunOptions.MaxTime"/>, which counts for all together, leaves out the starts that were not begun.
    /// </summary>
    /// <inheritdoc cref="MinimizeFromStarts(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, BatchOptions, double, CancellationToken)"/>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="starts">Shape [count, n], of the objective's dtype; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="distance">Two minima differ when a component does by more than this times the larger of 1 and the largest component; at
    /// least 0.</param>
    /// <param name="stopping">Ends all when as many have converged; default: when all have ended.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    public static MultiStartResult MinimizeFromStarts(
        Objective objective, Tensor starts, LbfgsOptions? options = null, double distance = 1e-4, BatchStopping stopping = default,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        CheckStarts(starts, distance);
        options ??= new LbfgsOptions();
        Stopwatch clock = Stopwatch.StartNew();
        List<LbfgsResult> results = [];
        try
        {
            using LbfgsMinimizer minimizer = new(objective, options);
            for (int i = 0; i < starts.Shape[0]; i++)
            {
                TimeSpan? left = options.MaxTime - clock.Elapsed;
                if (i > 0 && (cancellationToken.IsCancellationRequested || left <= TimeSpan.Zero
                    || stopping.IsMet(results.Count(result => result.Converged))))
                    break;
                minimizer.Options = options with { MaxTime = left <= TimeSpan.Zero ? TimeSpan.FromTicks(1) : left };
                using Tensor start = starts[i];
                results.Add(minimizer.Minimize(start, cancellationToken));
            }

            MultiStartEntry[] entries =
            [
                .. results.Select((result, i) => new MultiStartEntry(
                    i, result.Loss, result.InitialLoss, result.GradientNorm, result.Reason, result.Message, result.Iterations,
                        result.Evaluations)),
            ];
            AdoptLowest(objective, results);
            int evaluations = results.Sum(result => result.Evaluations);
            using Tensor positions = RawOps.Pack([.. results.Select(result => result.Position)]);
            return MultiStartRanking.Rank(positions, entries, distance, evaluations, evaluations, clock.Elapsed.TotalSeconds);
        }
        catch (Exception e) when (e is TfLbfgsException or OperationCanceledException)
        {
            AdoptLowest(objective, results);
            throw;
        }
        finally
        {
            foreach (LbfgsResult result in results)
                result.Dispose();
        }
    }

    /// <summary>
    /// Minimizes a function of one vector from many starts, one after the other with what was traced once, and ranks what they reach. A
    /// gradient tape gives the gradient.
    /// </summary>
    /// <inheritdoc cref="MinimizeFromStarts(Objective, Tensor, LbfgsOptions, double, BatchStopping, CancellationToken)"/>
    /// <param name="function">From position, shape [n], to loss, shape [].</param>
    /// <param name="starts">Shape [count, n], float32 or float64; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="distance">Two minima differ when a component does by more than this times the larger of 1 and the largest component; at
    /// least 0.</param>
    /// <param name="stopping">Ends all when as many have converged; default: when all have ended.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds what was reached.</param>
    public static MultiStartResult MinimizeFromStarts(
        Func<Tensor, Tensor> function, Tensor starts, LbfgsOptions? options = null, double distance = 1e-4,
            BatchStopping stopping = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        CheckStarts(starts, distance);
        using Tensor first = starts[0];
        return MinimizeFromStarts(new FunctionObjective(function, first), starts, options, distance, stopping, cancellationToken);
    }

    private static void AdoptLowest(Objective objective, List<LbfgsResult> results)
    {
        if (results.Count > 0)
            objective.Adopt(results.MinBy(result => double.IsFinite(result.Loss) ? result.Loss : double.PositiveInfinity)!.Position);
    }

    private static void CheckStarts(Tensor starts, double distance)
    {
        ArgumentNullException.ThrowIfNull(starts);
        if (starts.Rank != 2 || starts.Shape.ElementCount == 0)
            throw new TfLbfgsException("Lbfgs.MinimizeFromStarts: expected starts of shape [count, n] with at least one start and one "
                + $"parameter, received {starts.Describe()}.");
        if (!(distance >= 0))
            throw new TfLbfgsException(
                string.Create(CultureInfo.InvariantCulture,
                $"Lbfgs.MinimizeFromStarts: expected a distance of 0 or more, received {distance}."));
    }
}

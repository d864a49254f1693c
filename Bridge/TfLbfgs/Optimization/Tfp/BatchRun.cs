using System.Numerics;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Runs the driver of batches in the dtype of the problem.</summary>
internal static class BatchRun
{
    /// <summary>Minimizes a single vector by tfp's rules.</summary>
    /// <param name="objective">The objective; it adopts the result, and where it stood when an exception ends the run.</param>
    /// <param name="options">How; compatible with tfp.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static LbfgsResult Single(Objective objective, LbfgsOptions options, CancellationToken cancellation)
    {
        BatchFunction function = new(objective.Evaluate, objective.Data, objective.DType, [objective.Count]);
        CheckDiagonal(function, options);
        if (options.PreviousResult is { } previous)
            return ToSingle(Run(function, null, BatchStart.Of(previous).Fitting(nameof(LbfgsOptions.PreviousResult), function), options, objective.Adopt, cancellation));
        using Tensor start = objective.InitialPosition();
        if (start.DType != objective.DType || !start.Shape.IsCompatibleWith([objective.Count]))
            throw new TfLbfgsException($"Expected an initial position of {objective.DType.PythonName}({objective.Count},), received {start.Describe()}.");
        return ToSingle(Run(function, start, null, options, objective.Adopt, cancellation));
    }

    /// <summary>Minimizes a batch.</summary>
    /// <param name="evaluate">From positions, shape [..., n], to losses, shape [...], and gradients, shape [..., n].</param>
    /// <param name="start">Shape [..., n]; null: the options hold the results to resume.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static LbfgsBatchResult Batch(Func<Tensor, (Tensor Losses, Tensor Gradients)> evaluate, Tensor? start, LbfgsOptions options, CancellationToken cancellation)
    {
        Tensor positions = start ?? options.PreviousBatchResult!.Position;
        if (positions.DType is not (DType.Float32 or DType.Float64) || positions.Rank < 1 || positions.Shape.ElementCount == 0)
            throw new TfLbfgsException($"Expected initial positions of float32 or float64, shape [..., n], with at least one member and one parameter, received {positions.Describe()}.");
        BatchFunction function = new((x, _) => evaluate(x), [], positions.DType, positions.Shape);
        CheckDiagonal(function, options);
        BatchStart? previous = options.PreviousBatchResult is { } result ? BatchStart.Of(result).Fitting(nameof(LbfgsOptions.PreviousBatchResult), function) : null;
        return Run(function, start, previous, options, _ => { }, cancellation);
    }

    private static LbfgsBatchResult Run(BatchFunction function, Tensor? start, BatchStart? previous, LbfgsOptions options, Action<Tensor> adopt, CancellationToken cancellation) =>
        function.DType == DType.Float32 ? Run<float>(function, start, previous, options, adopt, cancellation) : Run<double>(function, start, previous, options, adopt, cancellation);

    private static LbfgsBatchResult Run<T>(BatchFunction function, Tensor? start, BatchStart? previous, LbfgsOptions options, Action<Tensor> adopt, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using BatchDriver<T> driver = new(function, options, cancellation);
        LbfgsBatchResult result;
        try
        {
            result = previous is null ? driver.Minimize(start!) : driver.Resume(previous);
        }
        catch when (driver.Position is not null)
        {
            adopt(driver.Position);
            throw;
        }

        try
        {
            adopt(result.Position);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private static void CheckDiagonal(BatchFunction function, LbfgsOptions options)
    {
        if (options.InitialInverseHessianDiagonal is not { } diagonal)
            return;
        if (diagonal.DType != function.DType || (diagonal.Shape != function.Shape && diagonal.Shape != [function.Shape[^1]]))
            throw new TfLbfgsException($"LbfgsOptions.InitialInverseHessianDiagonal: expected {function.DType.PythonName}({function.Shape[^1]},), the diagonal alone, or one of the positions' shape {function.Shape}, received {diagonal.Describe()}.");
    }

    private static LbfgsResult ToSingle(LbfgsBatchResult batch) => new()
    {
        Position = batch.Position,
        Gradient = batch.Gradient,
        PositionDeltas = batch.PositionDeltas,
        GradientDeltas = batch.GradientDeltas,
        Loss = batch.Losses[0],
        InitialLoss = batch.InitialLosses[0],
        GradientNorm = batch.GradientNorms[0],
        Converged = batch.Converged[0],
        Failed = batch.Failed[0],
        Reason = batch.Reasons[0],
        Message = batch.Messages[0],
        Iterations = batch.Iterations,
        Evaluations = batch.Evaluations,
        Reads = batch.Reads,
        Restarts = batch.Restarts,
        FailedSearches = batch.FailedSearches,
        Seconds = batch.Seconds,
        History = batch.History,
    };
}

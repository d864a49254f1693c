using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Runs of tfp's algorithm on one problem, a single vector or a batch; what was traced for the first run serves the later ones.
/// </summary>
internal sealed class BatchRun(BatchFunction function) : IDisposable
{
    private const int DefaultPairs = 10;

    private IBatchKernel? _kernel;
    private (long Pairs, Execution Execution) _kernelOptions;

    /// <summary>The pairs that a new run keeps.</summary>
    public static int MemoryLength(TfpOptions options) => options.MemoryLength ?? DefaultPairs;

    /// <summary>One member as the result of a single vector.</summary>
    public static LbfgsResult Member(LbfgsBatchResult batch, int member, Tensor position, Tensor gradient, Tensor? positionDeltas = null,
        Tensor? gradientDeltas = null) => new()
        {
            Position = position,
            Gradient = gradient,
            PositionDeltas = positionDeltas,
            GradientDeltas = gradientDeltas,
            Loss = batch.Losses[member],
            InitialLoss = batch.InitialLosses[member],
            GradientNorm = batch.GradientNorms[member],
            Converged = batch.Converged[member],
            Failed = batch.Failed[member],
            Reason = batch.Reasons[member],
            Message = batch.Messages[member],
            Iterations = batch.Iterations,
            Evaluations = batch.Evaluations,
            Reads = batch.Reads,
            Restarts = batch.Restarts,
            FailedSearches = batch.FailedSearches,
            Seconds = batch.Seconds,
            History = batch.History,
        };

    /// <summary>Refuses a diagonal that does not fit the positions.</summary>
    public static void CheckDiagonal(BatchFunction function, IBatchOptions options)
    {
        if (options.InitialInverseHessianDiagonal is not { } diagonal)
            return;
        if (diagonal.DType != function.DType || (diagonal.Shape != function.Shape && diagonal.Shape != [function.Shape[^1]]))
            throw new TfLbfgsException($"{options.GetType().Name}.InitialInverseHessianDiagonal: expected "
                + $"{function.DType.PythonName}({function.Shape[^1]},), the diagonal alone, or one of the positions' shape "
                + $"{function.Shape}, received {diagonal.Describe()}.");
    }

    /// <summary>Minimizes a single vector by tfp's rules.</summary>
    /// <param name="start">Shape [n]; borrowed.</param>
    /// <param name="options">The options; compatible with tfp.</param>
    /// <param name="adopt">Takes the result over, also where an exception left it.</param>
    /// <param name="cancellation">Ends the run.</param>
    public LbfgsResult Single(Tensor start, TfpOptions options, Action<Tensor> adopt, CancellationToken cancellation) =>
        ToSingle(Run(start, null, options, adopt, cancellation));

    /// <summary>Goes on with a single vector.</summary>
    /// <param name="previous">Where it stood; borrowed.</param>
    /// <param name="options">The options; compatible with tfp.</param>
    /// <param name="adopt">Takes the result over, also where an exception left it.</param>
    /// <param name="cancellation">Ends the run.</param>
    public LbfgsResult Resume(LbfgsResult previous, TfpOptions options, Action<Tensor> adopt, CancellationToken cancellation) =>
        ToSingle(Run(null, BatchStart.Of(previous).Fitting("TfpOptions.PreviousResult", function), options, adopt, cancellation));

    /// <summary>Minimizes a batch by tfp's rules.</summary>
    /// <param name="start">Shape [..., n]; null: the options hold the results to resume.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellation">Ends the run.</param>
    public LbfgsBatchResult Batch(Tensor? start, TfpOptions options, CancellationToken cancellation)
    {
        BatchStart? previous = options.PreviousBatchResult is { } result
            ? BatchStart.Of(result).Fitting("TfpOptions.PreviousBatchResult", function) : null;
        return Run(start, previous, options, _ => { }, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _kernel?.Dispose();

    private LbfgsBatchResult Run(Tensor? start, BatchStart? previous, TfpOptions options, Action<Tensor> adopt,
        CancellationToken cancellation)
    {
        CheckDiagonal(function, options);
        return Kernel(options, previous?.PositionDeltas.Shape[0] ?? MemoryLength(options))
            .Run(start, previous, options, adopt, cancellation);
    }

    private IBatchKernel Kernel(TfpOptions options, long pairs)
    {
        (long, Execution) wanted = (pairs, options.Execution);
        if (_kernel is not null && wanted == _kernelOptions)
            return _kernel;
        _kernel?.Dispose();
        _kernel = function.DType == DType.Float32 ? new BatchKernel<float>(function, options) : new BatchKernel<double>(function, options);
        _kernelOptions = wanted;
        return _kernel;
    }

    private static LbfgsResult ToSingle(LbfgsBatchResult batch) =>
        Member(batch, 0, batch.Position, batch.Gradient, batch.PositionDeltas, batch.GradientDeltas);
}

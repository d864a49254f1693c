using System.Numerics;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The traced functions of one problem; they serve one run after the other.</summary>
internal sealed class BatchKernel<T>(BatchFunction function, TfpOptions options) : IBatchKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchEvaluator<T> _evaluator = new(function, options.Execution);
    private readonly TwoLoop<T> _pairs = new(function);

    /// <inheritdoc/>
    public LbfgsBatchResult Run(Tensor? start, BatchStart? previous, TfpOptions options, Action<Tensor> adopt,
        CancellationToken cancellation)
    {
        _evaluator.Recover = options.Recover ?? function.Recover;
        _evaluator.Cancellation = cancellation;
        using BatchDriver<T> driver = new(function, _evaluator, _pairs, options, cancellation);
        LbfgsBatchResult? result = null;
        try
        {
            result = previous is null ? driver.Minimize(start!) : driver.Resume(previous);
            adopt(result.Position);
            driver.End(result);
            return result;
        }
        catch
        {
            if (result is null)
                Keep(driver.Position, adopt);
            driver.End(null);
            result?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _evaluator.Dispose();
        _pairs.Dispose();
    }

    /// <summary>After an exception the model has the point where the run stood all the same.</summary>
    private static void Keep(Tensor? position, Action<Tensor> adopt)
    {
        try
        {
            if (position is not null)
                adopt(position);
        }
        catch (Exception e) when (e is TfLbfgsException or ObjectDisposedException)
        {
            // The exception under way says what happened; this one would hide it.
        }
    }
}

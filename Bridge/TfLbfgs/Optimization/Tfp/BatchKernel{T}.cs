using System.Numerics;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The traced functions of one problem; they serve one run after the other.</summary>
internal sealed class BatchKernel<T>(BatchFunction function, LbfgsOptions options) : IBatchKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchEvaluator<T> _evaluator = new(function, options.Execution);
    private readonly TwoLoop<T> _pairs = new(function, options.IsTfpCompatible);

    /// <inheritdoc/>
    public LbfgsBatchResult Run(Tensor? start, BatchStart? previous, LbfgsOptions options, Action<Tensor> adopt, CancellationToken cancellation)
    {
        using BatchDriver<T> driver = new(function, _evaluator, _pairs, options, cancellation);
        try
        {
            return previous is null ? driver.Minimize(start!) : driver.Resume(previous);
        }
        catch when (driver.Position is not null)
        {
            adopt(driver.Position);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _evaluator.Dispose();
        _pairs.Dispose();
    }
}

using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>What was traced for a batch, in the dtype of the problem.</summary>
internal interface IBatchKernel : IDisposable
{
    /// <summary>One run.</summary>
    /// <param name="start">Shape [..., n]; null: resumed.</param>
    /// <param name="previous">Where an earlier run ended; null: from the start.</param>
    /// <param name="options">The options.</param>
    /// <param name="adopt">Takes the result over, or where the run stood when an exception ended it.</param>
    /// <param name="cancellation">Ends the run.</param>
    LbfgsBatchResult Run(Tensor? start, BatchStart? previous, TfpOptions options, Action<Tensor> adopt, CancellationToken cancellation);
}

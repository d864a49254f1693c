using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>What the options of a batch have in common, by the default algorithm and by tfp's.</summary>
internal interface IBatchOptions
{
    /// <summary>When a batch ends.</summary>
    BatchStopping StoppingCondition { get; }

    /// <summary>The diagonal to start from; null: ones.</summary>
    Tensor? InitialInverseHessianDiagonal { get; }

    /// <summary>The results to resume; null: none.</summary>
    LbfgsBatchResult? PreviousBatchResult { get; }

    /// <summary>Makes it possible to repeat an evaluation that failed; null: never.</summary>
    Func<TfStatusException, int, bool>? Recover { get; }
}

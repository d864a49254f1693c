using TfLbfgs.Optimization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras;

/// <summary>
/// How <see cref="Model.Refine(Tensors.Tensor, Tensors.Tensor, Losses.Loss, RefineOptions?)"/> trains. Every value has a default.
/// </summary>
public sealed record RefineOptions
{
    /// <summary>How L-BFGS searches and stops.</summary>
    public LbfgsOptions Lbfgs { get; init; } = new();

    /// <summary>The names of layers that keep their weights; default none.</summary>
    public IReadOnlyList<string> FrozenLayers { get; init; } = [];

    /// <summary>The dtype of the computation; weights are rounded to their own at the end. Default float64; null: the model's.</summary>
    public DType? ComputeDType { get; init; } = DType.Float64;

    /// <summary>Ends the run within one evaluation; the model then has the best weights so far.</summary>
    public CancellationToken CancellationToken { get; init; }
}

using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>What one step of a scan gives.</summary>
/// <param name="State">The state after the step, of the dtypes and shapes of that before.</param>
/// <param name="Outputs">What is collected of the step; empty: nothing.</param>
public readonly record struct ScanStep(IReadOnlyList<Tensor> State, IReadOnlyList<Tensor> Outputs);

using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>What a scan gives, owned by the caller.</summary>
/// <param name="State">The state after the last step.</param>
/// <param name="Outputs">The outputs of all steps, stacked along a new first axis, in the order of the elements.</param>
public readonly record struct ScanResult(Tensor[] State, Tensor[] Outputs);

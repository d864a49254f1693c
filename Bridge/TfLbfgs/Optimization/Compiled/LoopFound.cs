using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The end of a search in the compiled loop.</summary>
/// <param name="Accepted">Whether the point meets the conditions; bool.</param>
/// <param name="Lower">Whether a search that did not end so has found a lower loss nevertheless; bool.</param>
/// <param name="Interrupted">Whether a limit or the target ended it; bool.</param>
/// <param name="Point">The accepted point, or the lowest one.</param>
/// <param name="GradientSquared">g.g there.</param>
/// <param name="Gradient">The gradient there, shape [n].</param>
/// <param name="Evaluations">Evaluations so far.</param>
internal sealed record LoopFound(Tensor Accepted, Tensor Lower, Tensor Interrupted, LoopPoint Point, Tensor GradientSquared, Tensor Gradient, Tensor Evaluations);

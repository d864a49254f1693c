using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The end of a search in the compiled loop.</summary>
/// <param name="Accepted">Whether the point meets the conditions.</param>
/// <param name="Lower">Whether a search that did not end so has found a lower loss nevertheless.</param>
/// <param name="Interrupted">Whether a limit or the target ended it.</param>
/// <param name="Point">The accepted point, or the lowest one.</param>
/// <param name="GradientSquared">g.g there.</param>
/// <param name="Gradient">The gradient there, shape [n].</param>
/// <param name="Evaluations">Evaluations so far.</param>
/// <param name="Error">The error of the loss that the trials prove, see <see cref="TrialConsistency.Noise"/>.</param>
internal sealed record LoopFound(
    TracedTruth Accepted, TracedTruth Lower, TracedTruth Interrupted, ZoomPoint<TracedScalar> Point, TracedScalar GradientSquared,
        Tensor Gradient, TracedScalar Evaluations, TracedScalar Error);

using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Optimization;

/// <summary>
/// The gradient of a loss by a tape. A loss that is flat where it depends on the parameters has the gradient zero; one that does not depend
/// on them at all is refused.
/// </summary>
internal static class LossGradient
{
    /// <summary>With respect to a vector.</summary>
    /// <param name="tape">Has recorded the loss; used up.</param>
    /// <param name="loss">The loss, shape [].</param>
    /// <param name="position">The parameters, shape [n], watched by the tape.</param>
    /// <returns>The gradient, shape [n], owned by the caller.</returns>
    /// <exception cref="UnconnectedLossException">The loss does not depend on the parameters.</exception>
    public static Tensor Of(GradientTape tape, Tensor loss, Tensor position) => Of(tape, loss, GradientSource.Of([position]))[0];

    /// <summary>With respect to variables; zeros for those that the loss does not depend on.</summary>
    /// <param name="tape">Has recorded the loss; used up.</param>
    /// <param name="loss">The loss, shape [].</param>
    /// <param name="variables">The parameters, watched by the tape.</param>
    /// <returns>One gradient per variable, owned by the caller.</returns>
    /// <exception cref="UnconnectedLossException">The loss depends on none of them.</exception>
    public static Tensor[] Of(GradientTape tape, Tensor loss, IReadOnlyList<Variable> variables) =>
        Of(tape, loss, GradientSource.Of(variables));

    // A loss of integers is refused for its dtype, by the guard.
    private static Tensor[] Of(GradientTape tape, Tensor loss, GradientSource[] parameters) => loss.DType.IsDifferentiable
        ? tape.GradientOfLoss(loss, parameters, reason => new UnconnectedLossException(reason))
        : Array.ConvertAll(parameters, source => source.Zeros());
}

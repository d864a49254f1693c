using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// Turns the gradients with respect to the outputs of an op into those with respect to its inputs, by public ops only, so that it can be differentiated and traced.
/// </summary>
/// <param name="context">The recorded op.</param>
/// <returns>One entry per input of <see cref="RuleContext.Inputs"/>; null where there is no gradient.</returns>
internal delegate Tensor?[] GradientRule(RuleContext context);

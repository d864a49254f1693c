using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// Computes the gradients with respect to the inputs of an op from those with respect to its outputs, with tensor operations only, so that
/// it can be differentiated and traced. The tensors that it makes
/// belong to the enclosing <see cref="TensorScope"/>.
/// </summary>
/// <param name="context">The recorded op.</param>
/// <returns>One entry per input of <see cref="RuleContext.Inputs"/>; null where there is no gradient.</returns>
public delegate Tensor?[] GradientRule(RuleContext context);

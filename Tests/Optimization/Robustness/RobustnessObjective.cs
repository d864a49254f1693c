using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;

namespace TfLbfgs.Tests.Optimization.Robustness;

/// <summary>Loss and gradient of a case at a position, shape [n]. The gradient is part of the case: some are wrong on purpose.</summary>
internal delegate (Tensor Loss, Tensor Gradient) RobustnessObjective(Tensor x, ProblemData data);

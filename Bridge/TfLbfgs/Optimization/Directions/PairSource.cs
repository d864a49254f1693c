using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>What a pair is computed from: s = a d and y = c (g - former), or y itself.</summary>
/// <param name="Direction">d, shape [n].</param>
/// <param name="Step">a</param>
/// <param name="Factor">c</param>
/// <param name="Gradient">g, the gradient at the new point, shape [n].</param>
/// <param name="Former">The gradient before the step, shape [n]; null where y is given.</param>
internal readonly record struct PairSource(TensorMemory Direction, double Step, double Factor, TensorMemory Gradient,
    TensorMemory? Former)
{
    /// <summary>y, shape [n]; null where it is computed.</summary>
    public TensorMemory? Change { get; init; }
}

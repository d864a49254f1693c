namespace TfLbfgs.Optimization;

/// <summary>
/// The numbers of a correction pair, known from the evaluation of the accepted trial: s is the step, a times the former direction, and y
/// the change of the gradient along it.
/// </summary>
/// <param name="StepDotChange">s.y, positive.</param>
/// <param name="StepSquared">s.s</param>
/// <param name="ChangeSquared">y.y</param>
/// <param name="StepDotGradient">s.g with the gradient before the step, negative.</param>
/// <param name="Step">a, the accepted multiple of the direction.</param>
public readonly record struct PairScalars(double StepDotChange, double StepSquared, double ChangeSquared, double StepDotGradient,
    double Step);

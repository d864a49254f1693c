namespace TfLbfgs.Optimization;

/// <summary>The scalars of a correction pair, known from the evaluation of the trial.</summary>
/// <param name="StepDotChange">s.y</param>
/// <param name="StepSquared">s.s</param>
/// <param name="ChangeSquared">y.y</param>
/// <param name="Step">a, the accepted multiple of the direction.</param>
internal readonly record struct PairScalars(double StepDotChange, double StepSquared, double ChangeSquared, double Step);

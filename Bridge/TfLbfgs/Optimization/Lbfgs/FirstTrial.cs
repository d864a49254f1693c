namespace TfLbfgs.Optimization;

/// <summary>The first step along a direction that is not known yet.</summary>
/// <param name="Step">The step, where the direction does not cap it.</param>
/// <param name="Decrease">Where it does: the step is at most this over the slope's absolute value, and at most 1; positive, infinite when
/// no decrease is known.</param>
internal readonly record struct FirstTrial(double Step, double Decrease);

namespace TfLbfgs.Optimization;

/// <summary>Where the time of an evaluation on several devices went; the rest is the minimizer's.</summary>
/// <param name="Workers">Seconds in which the slowest device, or worker process, computed.</param>
/// <param name="Network">Seconds in which the position and the gradients were on their way, those of computing left out.</param>
public readonly record struct EvaluationSeconds(double Workers, double Network);

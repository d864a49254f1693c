namespace TfLbfgs.Optimization;

/// <summary>The state after an accepted iteration.</summary>
/// <param name="Iteration">Accepted iterations so far; 0 for the start.</param>
/// <param name="Evaluations">Evaluations of loss and gradient so far.</param>
/// <param name="Loss">The loss there.</param>
/// <param name="GradientNorm">The largest component of the gradient, max |g_i|.</param>
/// <param name="Step">The accepted step along the direction; 0 for the start.</param>
/// <param name="Seconds">Since the minimization began.</param>
public sealed record LbfgsProgress(int Iteration, int Evaluations, double Loss, double GradientNorm, double Step, double Seconds);

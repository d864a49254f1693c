namespace TfLbfgs.Optimization;

/// <summary>
/// One evaluation of loss and gradient: the start, or a trial of a line search, accepted or not. There are as many as
/// <see cref="LbfgsResult.Evaluations"/>; accepted iterations are
/// <see cref="LbfgsProgress"/>.
/// </summary>
/// <param name="Evaluation">The number of the evaluation, from 1.</param>
/// <param name="Iteration">The iteration that is searched for: accepted iterations + 1; 0 for the start.</param>
/// <param name="Step">The step along the direction; 0 for the start.</param>
/// <param name="Loss">The loss there; may be infinite or NaN.</param>
/// <param name="Slope">The derivative of the loss along the direction; 0 for the start.</param>
/// <param name="GradientNorm">The largest component of the gradient, max |g_i|; may be infinite or NaN.</param>
/// <param name="Seconds">Since the minimization began.</param>
public readonly record struct LbfgsTrial(int Evaluation, int Iteration, double Step, double Loss, double Slope, double GradientNorm,
    double Seconds);

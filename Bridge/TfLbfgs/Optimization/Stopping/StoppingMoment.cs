namespace TfLbfgs.Optimization;

/// <summary>What a <see cref="StoppingRule"/> sees.</summary>
/// <param name="Progress">The start, or the iteration that was accepted last.</param>
/// <param name="IsNew">Whether that point was accepted just now, which is true once for each; false: the run is about to evaluate
/// again.</param>
/// <param name="Evaluations">Evaluations of loss and gradient so far.</param>
/// <param name="Seconds">Since the call that minimizes; those before a resumption are not counted, as for
/// <see cref="RunOptions.MaxTime"/>.</param>
public readonly record struct StoppingMoment(LbfgsProgress Progress, bool IsNew, int Evaluations, double Seconds);

namespace TfLbfgs.Optimization;

/// <summary>
/// When <see cref="Execution.Auto"/> hands a run from the executor to calls that XLA compiles: counts of evaluations, never times, so that
/// every run of a problem takes the same steps to the same bits, on a machine of any speed.
/// </summary>
/// <param name="CompileAt">The evaluations after which XLA begins to compile, next to the run where there is more than one processor;
/// affects no bit.</param>
/// <param name="JoinAt">The evaluations after which the next iteration is the first by the compiled calls; the run waits for them where
/// they are not ready.</param>
public sealed record ExecutionTiers(int CompileAt, int JoinAt);

namespace TfLbfgs.Optimization;

/// <summary>The state after an accepted iteration.</summary>
/// <param name="Iteration">Accepted iterations so far; 0 for the start.</param>
/// <param name="Evaluations">Evaluations of loss and gradient so far, those of the line searches included.</param>
/// <param name="Loss">The loss there.</param>
/// <param name="GradientNorm">The largest component of the gradient, max |g_i|.</param>
/// <param name="Step">The accepted step along the direction; 0 for the start.</param>
/// <param name="Seconds">Since the minimization began.</param>
public sealed record LbfgsProgress(int Iteration, int Evaluations, double Loss, double GradientNorm, double Step, double Seconds)
{
    /// <summary>The Euclidean length of the gradient; NaN where not measured.</summary>
    public double GradientLength { get; init; } = double.NaN;

    /// <summary>
    /// The largest change of a component of the position in the iteration, max |x_i - x_i'|; 0 for the start; NaN where not measured.
    /// </summary>
    public double Moved { get; init; } = double.NaN;

    /// <summary>The named parts of the loss there (<see cref="LossTerms"/>), in their order; empty where the loss names none.</summary>
    public IReadOnlyDictionary<string, double> Terms { get; init; } = NoTerms;

    /// <summary>The loss that <see cref="LbfgsOptions.Validation"/> measured here; null: it was not measured at this iteration.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// Of <see cref="Seconds"/>, those in which devices or workers computed, of each evaluation the slowest of them; NaN where not
    /// measured: see <see cref="Distribution.DistributedOptions.MeasureTimes"/>.
    /// </summary>
    public double WorkerSeconds { get; init; } = double.NaN;

    /// <summary>
    /// Of <see cref="Seconds"/>, those in which positions and gradients were on their way between processes or devices; NaN where not
    /// measured.
    /// </summary>
    public double NetworkSeconds { get; init; } = double.NaN;

    /// <summary>The rest: the sum, directions, decisions, tracing, and waiting for lost workers; NaN where not measured.</summary>
    public double DriverSeconds => Seconds - WorkerSeconds - NetworkSeconds;

    internal static readonly IReadOnlyDictionary<string, double> NoTerms = new Dictionary<string, double>();
}

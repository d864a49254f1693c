using TfLbfgs.Optimization;

namespace TfLbfgs.Distribution;

/// <summary>How a <see cref="DistributedObjective"/> divides its data and computes. Immutable; every value has a default.</summary>
public sealed record DistributedOptions
{
    /// <summary>How the loss is made of those of the rows; default <see cref="DataReduction.Mean"/>.</summary>
    public DataReduction Reduction { get; init; } = DataReduction.Mean;

    /// <summary>
    /// Which of <see cref="Objective.Data"/> every device receives whole, by their index, such as weights that belong to no row; default
    /// none. Scalars are never cut.
    /// </summary>
    public IReadOnlyList<int> Whole { get; init; } = [];

    /// <summary>
    /// Whether XLA compiles what each device computes; default false. The sum and the minimizer's own arithmetic are not compiled:
    /// <see cref="Execution.Compiled"/> and <see cref="Execution.CompiledCalls"/> are refused.
    /// </summary>
    public bool Compile { get; init; }

    /// <summary>
    /// Whether clocks of the devices are read in each evaluation, for reports and progress: a few small ops and no read of their own.
    /// Default true.
    /// </summary>
    public bool MeasureTimes { get; init; } = true;

    /// <summary>
    /// A device is reported when its median time is more than this many times the median of all, and a millisecond more.
    /// Above 1; default 2.
    /// </summary>
    public double SlowFactor { get; init; } = 2;

    /// <summary>
    /// Receives a sentence for each device that becomes slow, and for each worker that was lost, replaced or moved away from; null
    /// (default): it is kept in the report alone.
    /// </summary>
    public Action<string>? Reported { get; init; }

    /// <summary>
    /// What happens to the part of a worker that is lost and not replaced within <see cref="ClusterOptions.ReplacementTimeout"/>; default
    /// <see cref="LostWorkerPolicy.Stop"/>.
    /// </summary>
    public LostWorkerPolicy OnLostWorker { get; init; }

    /// <summary>How many losses one evaluation may meet before the run ends, at least 0; default 3.</summary>
    public int MaxRecoveries { get; init; } = 3;

    /// <summary>Checks the values.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Whole);
        Require(SlowFactor > 1, nameof(SlowFactor), "more than 1", SlowFactor);
        Require(MaxRecoveries >= 0, nameof(MaxRecoveries), "0 or more", MaxRecoveries);
        Require(Enum.IsDefined(Reduction), nameof(Reduction), "a value of DataReduction", (int)Reduction);
        Require(Enum.IsDefined(OnLostWorker), nameof(OnLostWorker), "a value of LostWorkerPolicy", (int)OnLostWorker);
    }

    private static void Require(bool condition, string name, string expected, double received)
    {
        if (!condition)
            throw new TfLbfgsException(
                FormattableString.Invariant($"DistributedOptions.{name}: expected {expected}, received {received}."));
    }
}

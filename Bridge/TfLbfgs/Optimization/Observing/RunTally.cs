using System.Text.Json.Serialization;

namespace TfLbfgs.Optimization;

/// <summary>What a run counts for its result in addition to what it needs to go on; part of a saved state.</summary>
internal sealed class RunTally
{
    /// <summary>The measured error of the loss; null: it was not measured, or could not be determined.</summary>
    public double? Noise { get; set; }

    /// <summary>Accepted steps without a pair.</summary>
    public int SkippedPairs { get; set; }

    /// <summary>Reads other than those of evaluations and validation.</summary>
    public int OtherReads { get; set; }

    /// <summary>The bytes of all reads.</summary>
    public long BytesRead { get; set; }

    /// <summary>Seconds in calls of the kernel and the reads of their results.</summary>
    public double CallSeconds { get; set; }

    /// <summary>Of these, the seconds of calls that traced.</summary>
    public double TracingSeconds { get; set; }

    /// <summary>Seconds in which devices or workers computed; 0: not measured.</summary>
    public double WorkerSeconds { get; set; }

    /// <summary>Seconds in which positions and gradients were on their way.</summary>
    public double NetworkSeconds { get; set; }

    /// <summary>The pairs in memory.</summary>
    public Curvatures Curvatures { get; init; } = new();

    /// <summary>What was measured; NaN: nothing.</summary>
    [JsonIgnore]
    public double WorkerSecondsOrNaN => WorkerSeconds > 0 ? WorkerSeconds : double.NaN;

    /// <inheritdoc cref="WorkerSecondsOrNaN"/>
    [JsonIgnore]
    public double NetworkSecondsOrNaN => WorkerSeconds > 0 ? NetworkSeconds : double.NaN;

    /// <summary>Adds the times of an evaluation.</summary>
    public void Add(EvaluationSeconds spent)
    {
        WorkerSeconds += spent.Workers;
        NetworkSeconds += spent.Network;
    }
}

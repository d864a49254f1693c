using System.Text.Json;
using System.Text.RegularExpressions;

namespace TfLbfgs.Benchmarks.Measuring;

/// <summary>
/// One solver on one workload. The first fields are those of the peers' own benchmark, under its names; what is unknown is null.
/// </summary>
internal sealed partial record BenchmarkRow
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The workload.</summary>
    public required string Workload { get; init; }

    /// <summary>The solver.</summary>
    public required string Solver { get; init; }

    /// <summary>How the vector becomes variables: <c>split</c> or <c>dynamic</c>.</summary>
    public string? Flatten { get; init; }

    /// <summary>Seconds of one whole minimization, after tracing and compilation; the best of several.</summary>
    public double? Seconds { get; init; }

    /// <summary>Seconds of the first one of the process, with tracing and compilation.</summary>
    public double? FirstSeconds { get; init; }

    /// <summary>Evaluations of that minimization.</summary>
    public int? Evaluations { get; init; }

    /// <summary>Iterations of that minimization.</summary>
    public int? Iterations { get; init; }

    /// <summary>Its final loss.</summary>
    public double? Loss { get; init; }

    /// <summary>Microseconds of one bare value-and-gradient call of the same kind, result read; the best of many.</summary>
    public double? RawUs { get; init; }

    /// <summary>seconds / (evaluations x raw).</summary>
    public double? Overhead { get; init; }

    /// <summary>The loss that counts as reached.</summary>
    public double? Target { get; init; }

    /// <summary>The fewest iterations whose final loss is at most the target; null: not reached.</summary>
    public int? IterationsToTarget { get; init; }

    /// <summary>Seconds of a whole minimization of that length, after tracing and compilation.</summary>
    public double? SecondsToTarget { get; init; }

    /// <summary>Peak resident memory of the process in MiB.</summary>
    public long? PeakMib { get; init; }

    /// <summary>Seconds of a minimization of that length as the first of a new process, with tracing and compilation.</summary>
    public double? FirstSecondsToTarget { get; init; }

    /// <summary>Reads from the device in one minimization; ours only.</summary>
    public int? Reads { get; init; }

    /// <summary>Native calls (ops and functions) per iteration; ours only.</summary>
    public double? NativeCalls { get; init; }

    /// <summary>Managed bytes allocated per iteration; ours only.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>Why there are no figures; null: there are.</summary>
    public string? Note { get; init; }

    /// <summary>Reads a row; Python writes NaN and infinities, which JSON does not have, bare.</summary>
    /// <exception cref="JsonException">It is not a row.</exception>
    public static BenchmarkRow Parse(string line) => JsonSerializer.Deserialize<BenchmarkRow>(NotANumber().Replace(line, ": null"), Json)!;

    /// <summary>The row as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    [GeneratedRegex(@":\s*(NaN|-?Infinity)\b")]
    private static partial Regex NotANumber();
}

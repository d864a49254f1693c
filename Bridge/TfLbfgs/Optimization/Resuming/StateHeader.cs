using System.Text.Json;
using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>The readable part of a state's file: all numbers, and what tensors follow.</summary>
internal sealed record StateHeader
{
    public required RunIdentity Identity { get; init; }

    public required RunEnvironment Environment { get; init; }

    /// <summary>The numbers of the rules.</summary>
    public required RunNumbers<double> Numbers { get; init; }

    public required int Reads { get; init; }

    /// <summary>See <see cref="LbfgsState.ChangeFactor"/>.</summary>
    public required double ChangeFactor { get; init; }

    /// <summary>See <see cref="LbfgsState.CompiledAt"/>.</summary>
    public required int CompiledAt { get; init; }

    public required double Seconds { get; init; }

    public required double ValidationPatienceBest { get; init; }

    public required int ValidationPatienceWaited { get; init; }

    public required double ValidationLoss { get; init; }

    public required int ValidationIteration { get; init; }

    public required int ValidationReads { get; init; }

    public required RunTally Tally { get; init; }

    /// <summary>What the run was said to depend on; null: nothing.</summary>
    public Dictionary<string, string>? Labels { get; init; }

    public required StopReason? Reason { get; init; }

    public required string? Message { get; init; }

    /// <summary>The scalars of the current point.</summary>
    public required EvaluationScalars Current { get; init; }

    /// <summary>Those of the best point; null: it is the current one.</summary>
    public required EvaluationScalars? Best { get; init; }

    /// <summary>Those of the point with the lowest validation loss; null: none.</summary>
    public required EvaluationScalars? Validated { get; init; }

    /// <summary>Slope and squared length of the direction; null: none.</summary>
    public required double[]? Direction { get; init; }

    /// <summary>What follows, in order.</summary>
    public required IReadOnlyList<StateTensor> Tensors { get; init; }

    /// <summary>Whether a number is a count.</summary>
    public static bool IsCount(double number) => number is >= 0 and <= int.MaxValue && number == Math.Floor(number);

    /// <summary>
    /// What no state has, in a clause; null: nothing. A header may hold anything, and JSON null in place of any object.
    /// </summary>
    public string? Nonsense()
    {
        if (Identity is not { Layout: not null, Method: not null, Route: not null } || !Enum.IsDefined(Identity.Execution))
            return "it does not say what it fits";
        if (Identity.Count < 1 || Identity.DType is not (DType.Float32 or DType.Float64))
            return $"it is of a vector of {Identity.DType} with {Identity.Count} components";
        if (Environment is not { TensorFlow: not null, OneDnn: not null, Device: not null })
            return "it does not say of which machine it is";
        if (Tally is not { Curvatures.Pairs: not null } || Tally.SkippedPairs < 0 || Tally.OtherReads < 0 || Tally.BytesRead < 0
            || Tally.WorkerSeconds < 0 || Tally.NetworkSeconds < 0)
            return "its counts are missing";
        if (Tensors is null || Tensors.Any(tensor => tensor is not { Name: not null, Shape: not null }))
            return "its list of tensors is missing";
        if (Direction is { Length: not 2 } || (Direction is null && Tensors.Any(tensor => tensor.Name is "former_gradient" or "direction")))
            return "its direction has no numbers";
        if (Reason is { } reason && !Enum.IsDefined(reason))
            return $"its reason is {(int)reason}";
        RunNumbers<double> n = Numbers;
        double[] counts =
            [n.Iterations, n.Evaluations, n.Restarts, n.FailedSearches, n.FailsInRow, n.Floor, n.Unchanged, Reads, ValidationPatienceWaited,
            ValidationIteration, ValidationReads, CompiledAt];
        if (!Array.TrueForAll(counts, IsCount) || n.Evaluations < 1 || CompiledAt > n.Evaluations)
            return "its counts make no sense";
        bool makeSense = n.ShortStart is >= 0 and <= 1 && n.FirstStep is >= 0 and <= 1 && n.KeepsMemory is 0 or 1 && n.ProvenNoise >= 0
            && double.IsFinite(n.ProvenNoise) && n.ShownError >= 0 && double.IsFinite(n.ShownError) && Seconds >= 0
            && double.IsFinite(ChangeFactor) && ChangeFactor > 0;
        return makeSense ? null : "its numbers make no sense";
    }

    /// <summary>The header as JSON, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StateHeaderJson.Default.StateHeader);

    /// <summary>Reads JSON; null where it is none of this form.</summary>
    public static StateHeader? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StateHeaderJson.Default.StateHeader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

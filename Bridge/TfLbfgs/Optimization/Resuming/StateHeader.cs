using System.Text.Json;
using System.Text.Json.Serialization;

namespace TfLbfgs.Optimization;

/// <summary>The readable part of a state's file: all numbers, and what tensors follow.</summary>
internal sealed record StateHeader
{
    public required RunIdentity Identity { get; init; }

    public required RunEnvironment Environment { get; init; }

    public required int Iterations { get; init; }

    public required int Evaluations { get; init; }

    public required int Reads { get; init; }

    public required int Restarts { get; init; }

    public required int FailedSearches { get; init; }

    public required int FailsInRow { get; init; }

    public required int Floor { get; init; }

    public required int Unchanged { get; init; }

    public required bool KeepsMemory { get; init; }

    public required double InitialLoss { get; init; }

    public required double Seconds { get; init; }

    public required double ShortStart { get; init; }

    public required double FirstStep { get; init; }

    public required double PatienceBest { get; init; }

    public required int PatienceWaited { get; init; }

    public required double ValidationPatienceBest { get; init; }

    public required int ValidationPatienceWaited { get; init; }

    public required double ValidationLoss { get; init; }

    public required int ValidationIteration { get; init; }

    public required int ValidationReads { get; init; }

    public required StopReason? Reason { get; init; }

    public required string? Message { get; init; }

    /// <summary>The scalars of the current point.</summary>
    public required double[] Current { get; init; }

    /// <summary>Those of the best point; null: it is the current one.</summary>
    public required double[]? Best { get; init; }

    /// <summary>Those of the point with the lowest validation loss; null: none.</summary>
    public required double[]? Validated { get; init; }

    /// <summary>Slope and squared length of the direction; null: none.</summary>
    public required double[]? Direction { get; init; }

    /// <summary>What follows, in order.</summary>
    public required IReadOnlyList<StateTensor> Tensors { get; init; }

    private static JsonSerializerOptions Options { get; } = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
        WriteIndented = true,
    };

    /// <summary>The header as JSON, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>Reads JSON; null where it is none of this form.</summary>
    public static StateHeader? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<StateHeader>(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;
using TfLbfgs.Tests.Optimization.Problems;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Optimization.Robustness;

/// <summary>
/// One case of <c>lbfgs/robustness.json</c>: a reported issue or a difficult objective, and what other solvers make of it.
/// </summary>
internal sealed class RobustnessCase
{
    private RobustnessCase(JsonElement entry, ProblemData data)
    {
        Name = entry.GetProperty("name").GetString()!;
        Entry = entry;
        Objective = RobustnessObjectives.Of(Name);
        Data = data;
        JsonElement start = entry.GetProperty("start");
        Start = start.ValueKind == JsonValueKind.String ? new double[entry.GetProperty("n").GetInt32()] : ProblemData.Numbers(start);
        JsonElement known = entry.GetProperty("known");
        StartValue = Number(known.GetProperty("start_value"));
        Targets = [.. known.GetProperty("target").EnumerateArray().Select(Number)];
    }

    /// <summary>All cases whose objective is written here, in the order of the file.</summary>
    public static IReadOnlyList<RobustnessCase> All
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", "robustness.json")));
            JsonElement[] entries = [.. document.RootElement.GetProperty("cases").Clone().EnumerateArray()];
            return [.. entries.Where(entry => RobustnessObjectives.IsKnown(entry.GetProperty("name").GetString()!))
                .Select(entry => new RobustnessCase(entry, DataOf(entry, entries)))];
        }
    }

    public string Name { get; }

    /// <summary>The entry of the file.</summary>
    public JsonElement Entry { get; }

    public RobustnessObjective Objective { get; }

    public ProblemData Data { get; }

    public double[] Start { get; }

    /// <summary>The loss at the start, NaN and infinity included.</summary>
    public double StartValue { get; }

    /// <summary>
    /// The losses, lowest first, one of which must be reached; none where nothing counts as the answer: a bad start, or a loss without a
    /// lower bound.
    /// </summary>
    public double[] Targets { get; }

    /// <summary>Whether a peer reached a target, by the same rule, and at which evaluation; null where it was not run.</summary>
    public (bool Reached, int? Evaluations)? Peer(string name)
    {
        if (!Entry.GetProperty("peers").TryGetProperty(name, out JsonElement peer)
            || !peer.TryGetProperty("solved_local", out JsonElement solved))
            return null;
        JsonElement evaluations = peer.GetProperty("evaluations_to_target");
        return (solved.GetBoolean(), evaluations.ValueKind == JsonValueKind.Number ? evaluations.GetInt32() : null);
    }

    public override string ToString() => Name;

    private static ProblemData DataOf(JsonElement entry, JsonElement[] entries)
    {
        JsonElement data = entry.GetProperty("data");
        if (data.TryGetProperty("same_data_as", out JsonElement other))
            data = entries.Single(e => e.GetProperty("name").ValueEquals(other.GetString())).GetProperty("data");
        return new ProblemData(data);
    }

    private static double Number(JsonElement number) => number.ValueKind == JsonValueKind.Number ? number.GetDouble()
        : number.GetString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.NaN,
        };
}

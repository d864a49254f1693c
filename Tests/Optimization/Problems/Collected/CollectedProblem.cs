using System.Text.Json;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>One problem of <c>lbfgs/collected.json</c> with its loss in tensor code.</summary>
internal sealed class CollectedProblem
{
    private static readonly Dictionary<string, CollectedFamily> Families = new[]
    {
        AndreiProblems.Families, LuksanProblems.Families, SurveyProblems.Families, UserObjectives.Families,
    }.SelectMany(families => families).ToDictionary(family => family.Name);

    private readonly CollectedFamily _family;

    private CollectedProblem(JsonElement entry)
    {
        Entry = entry;
        Name = entry.GetProperty("name").GetString()!;
        _family = Families[entry.GetProperty("family").GetString()!];
        int n = entry.GetProperty("n").GetInt32();
        Start = [.. Enumerable.Range(1, n).Select(i => _family.Start(i, n))];
        Second = [.. Start.Select((x, i) => x + 0.05 * (1 + Math.Abs(x)) * Math.Sin(i + 1))];
    }

    /// <summary>The entry of the file.</summary>
    public JsonElement Entry { get; }

    public string Name { get; }

    public double[] Start { get; }

    /// <summary>The second point of comparison.</summary>
    public double[] Second { get; }

    /// <summary>Whether rules may be chosen on it.</summary>
    public bool IsTuning => Entry.GetProperty("half").GetString() == "tuning";

    /// <summary>Whether it is judged by the loss that SciPy reaches within a number of evaluations, as its minima are many.</summary>
    public bool IsNetwork => Entry.TryGetProperty("target", out _);

    /// <summary>SciPy's evaluations to the target; null: it did not reach a known minimum.</summary>
    public int? SciPyEvaluations =>
        Entry.GetProperty("scipy_evaluations_to_target") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;

    /// <summary>All problems in the order of the file.</summary>
    public static IReadOnlyList<CollectedProblem> All()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", "collected.json")));
        return [.. document.RootElement.GetProperty("problems").Clone().EnumerateArray()
            .Where(entry => Families.ContainsKey(entry.GetProperty("family").GetString()!) || !ReferenceRoot.IsOther)
            .Select(entry => new CollectedProblem(entry))];
    }

    /// <summary>The family of a name.</summary>
    public static CollectedFamily FamilyOf(string name) => Families[name];

    /// <summary>The loss at a position, shape [n].</summary>
    public Tensor Loss(Tensor x) => _family.Loss(x);

    /// <summary>The losses at or below which the problem is solved, lowest first.</summary>
    public IReadOnlyList<double> Targets => IsNetwork
        ? [Entry.GetProperty("target").GetDouble()]
        : [.. Entry.GetProperty("minima").EnumerateArray()
            .Select(minimum => Problem.Threshold(minimum.GetDouble(), Entry.GetProperty("value_at_start").GetDouble()))];

    public override string ToString() => Name;
}

using System.Text.Json;
using System.Text.RegularExpressions;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>One problem of <c>lbfgs/problems.json</c> with its loss in tensor code.</summary>
internal sealed partial class Problem
{
    private static readonly Dictionary<string, ProblemLoss> Families = new(
        new[] { QuadraticProblems.Losses, ClassicProblems.Losses, DataProblems.Losses, MghProblems.Losses, MghFits.Losses,
            MghScalable.Losses }.SelectMany(family => family));

    private readonly ProblemLoss _loss;
    private readonly ProblemData _data;

    private Problem(JsonElement entry)
    {
        Entry = entry;
        Name = NameOf(entry);
        _loss = Families[FamilyOf(Name)];
        _data = new ProblemData(entry.GetProperty("data"));
        int n = entry.GetProperty("n").GetInt32();
        JsonElement start = entry.GetProperty("start");
        // Starts of more than 300 elements are given by the formula.
        Start = start.TryGetProperty("data", out _)
            ? ProblemData.Numbers(start)
            : [.. Enumerable.Range(0, n)
                .Select(i => Name.StartsWith("extended_rosenbrock", StringComparison.Ordinal) ? (i % 2 == 0 ? -1.2 : 1.0) : 0.0)];
        Second = [.. Start.Select((x, i) => x + 0.05 * (1 + Math.Abs(x)) * Math.Sin(i + 1))];
        Minima = [.. entry.GetProperty("minima").EnumerateArray().Select(m => m.GetDouble())];
    }

    /// <summary>All problems whose loss is written here, in the order of the file.</summary>
    public static IReadOnlyList<Problem> All => [.. Entries().Where(entry => IsKnown(NameOf(entry))).Select(entry => new Problem(entry))];

    /// <summary>The names of the others; only other reference data may have them.</summary>
    public static IReadOnlyList<string> Unknown
    {
        get
        {
            string[] names = [.. Entries().Select(NameOf).Where(name => !IsKnown(name))];
            Assert.True(names.Length == 0 || ReferenceRoot.IsOther, $"no loss is written for {string.Join(", ", names)}");
            return names;
        }
    }

    /// <summary>The entry of the file.</summary>
    public JsonElement Entry { get; }

    public string Name { get; }

    public double[] Start { get; }

    /// <summary>The second point of comparison.</summary>
    public double[] Second { get; }

    /// <summary>The known local minima, lowest first.</summary>
    public double[] Minima { get; }

    /// <summary>
    /// The same, where they can be reached: the stored minimum of Meyer's problem, 87.9458, is rounded down, and this one is rounded up.
    /// </summary>
    public double[] ReachableMinima => Name == "mgh10_meyer" ? [87.94585517042] : Minima;

    /// <summary>The loss at a position, shape [n].</summary>
    public Tensor Loss(Tensor x) => _loss(x, _data);

    /// <summary>The loss up to which a known minimum counts as reached.</summary>
    public double Threshold(double minimum) => Threshold(minimum, Entry.GetProperty("value_at_start").GetDouble());

    /// <summary>The same from another start.</summary>
    public static double Threshold(double minimum, double startValue) =>
        minimum + Math.Min(1e-8 * Math.Max(1, Math.Abs(minimum)), 1e-6 * Math.Max(startValue - minimum, 1e-300));

    public override string ToString() => Name;

    private static JsonElement.ArrayEnumerator Entries()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", "problems.json")));
        return document.RootElement.GetProperty("problems").Clone().EnumerateArray();
    }

    private static string NameOf(JsonElement entry) => entry.GetProperty("name").GetString()!;

    private static string FamilyOf(string name) => Size().Replace(name, "");

    private static bool IsKnown(string name) => Families.ContainsKey(FamilyOf(name));

    [GeneratedRegex(@"(_\d+(e\d+)?)+$")]
    private static partial Regex Size();
}

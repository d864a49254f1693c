using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tests.Optimization.Problems;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Directions;

/// <summary>
/// The classic problems by each method, compared with SciPy's L-BFGS-B: the table of docs/directions.md. The suite has each sixth problem.
/// </summary>
[Trait("Category", "Reference")]
public sealed class DirectionProblemTests : LeakChecked
{
    private static readonly Dictionary<string, DirectionMethod> Methods = new()
    {
        ["BFGS"] = new DenseDirection { Formula = DenseFormula.Bfgs },
        ["SSBFGS, capped"] = new DenseDirection { Formula = DenseFormula.SelfScaledBfgs },
        ["SSBroyden1, capped"] = new DenseDirection { Formula = DenseFormula.SelfScaledBroyden1 },
        ["SSBroyden2, capped"] = new DenseDirection(),
        ["automatic"] = new AutomaticDirection(),
        ["L-BFGS, capped"] = new LimitedMemoryDirection { CapFirstTrial = true },
    };

    /// <summary>
    /// Each method with how many of the 87 known minima it must reach, and the most evaluations against SciPy's: what was measured, less
    /// and more by a margin for other roundings.
    /// </summary>
    public static TheoryData<string, int, double> Cases() => new()
    {
        { "BFGS", 84, 1.06 },
        { "SSBFGS, capped", 85, 1.04 },
        { "SSBroyden1, capped", 85, 1.08 },
        { "SSBroyden2, capped", 85, 1.06 },
        { "automatic", 85, 0.83 },
        { "L-BFGS, capped", 85, 0.86 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Minimize_SampleOfProblems_SolvesAsManyAsBefore(string name, int least, double mostAgainstSciPy) =>
        Solve(TableSample.Of(Problem.All, 6), name, Problem.All.Count - least, mostAgainstSciPy * TableSample.Scatter);

    [Theory(Explicit = true)]
    [MemberData(nameof(Cases))]
    public void Minimize_AllProblems_SolvesAsManyAsBefore(string name, int least, double mostAgainstSciPy) =>
        StoredResult.Write($"directions-{FileName(name)}.txt", Solve(Problem.All, name, Problem.All.Count - least, mostAgainstSciPy));

    private static string FileName(string method) => method.Replace(", ", "-", StringComparison.Ordinal).ToLowerInvariant();

    private static string Solve(IReadOnlyList<Problem> problems, string name, int mostMissed, double mostAgainstSciPy)
    {
        Dictionary<string, JsonElement> peers = SciPyResults.Read();
        List<(string Name, ProblemRun Run, double? Ratio)> rows = [];
        foreach (Problem problem in problems)
        {
            ProblemRun run = ProblemRun.Of(problem, problem.ReachableMinima, Methods[name]);
            int? scipy = peers[problem.Name].GetProperty("evaluations_to_target") is { ValueKind: JsonValueKind.Number } number
                ? number.GetInt32() : null;
            rows.Add((problem.Name, run, run.EvaluationsToTarget / (double?)scipy));
        }

        int local = rows.Count(row => row.Run.SolvedLocal);
        (string Name, ProblemRun Run, double? Ratio)[] common = [.. rows.Where(row => row.Ratio is not null)];
        double mean = Math.Exp(common.Average(row => Math.Log(row.Ratio!.Value)));
        StringBuilder table = new();
        foreach ((string problem, ProblemRun run, double? ratio) in rows)
            table.AppendLine(CultureInfo.InvariantCulture,
                $"{problem,-38} {run.Loss,-12:G6} {run.Reason,-18} {run.Evaluations,6} {run.EvaluationsToTarget,6} {ratio,6:F2} "
                + $"{run.Minimum}");
        string worst =
            string.Join(", ",
            common.OrderByDescending(row => row.Ratio).Take(3)
            .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Name} {row.Ratio:F2}")));
        string missed = string.Join(", ", rows.Where(row => !row.Run.SolvedLocal).Select(row => row.Name));
        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: lowest {rows.Count(row => row.Run.Solved)}, local {local} of {rows.Count}, evaluations against SciPy {mean:F3} on "
                + $"{common.Length}, in all {rows.Sum(row => row.Run.Evaluations)}; worst {worst}; missed {missed}");
        table.AppendLine(summary);
        Console.WriteLine(summary);
        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Assert.True(rows.Count - local <= mostMissed && mean <= mostAgainstSciPy, table.ToString());
        return table.ToString();
    }
}

using System.Text;
using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>
/// The problems with each line search: how many it solves, and its evaluations against SciPy's L-BFGS-B. The suite has each sixth problem.
/// </summary>
[Trait("Category", "Reference")]
public sealed class LineSearchTableTests : LeakChecked
{
    /// <summary>The least numbers of problems that end at the lowest and at any known minimum; a little below what was measured.</summary>
    private static readonly (LineSearch Search, int Lowest, int Local, double Ratio)[] Searches =
    [
        (new CubicZoom(), 77, 86, 0.84),
        (new MoreThuente(), 77, 85, 0.86),
        (new HagerZhangSearch(), 77, 85, 0.9),
        (new BacktrackingArmijo(), 77, 85, 0.84),
    ];

    [Fact]
    public void Minimize_SampleOfProblemsWithEachSearch_SolvesNearlyAll() => Solve(TableSample.Of(Problem.All, 6), TableSample.Scatter);

    [Fact(Explicit = true)]
    public void Minimize_AllProblemsWithEachSearch_SolvesNearlyAll() => StoredResult.Write("line-searches.txt", Solve(Problem.All, 1));

    private static string Solve(IReadOnlyList<Problem> problems, double scatter)
    {
        Dictionary<string, JsonElement> peers = SciPyResults.Read();
        List<Row> rows = [];
        foreach (Problem problem in problems)
        {
            using Tensor start = Tensor.From(problem.Start);
            using LbfgsMinimizer minimizer = new(new FunctionObjective(problem.Loss, start));
            foreach ((LineSearch search, _, _, _) in Searches)
                rows.Add(Solve(problem, minimizer, search, peers[problem.Name]));
        }

        StringBuilder table = new("search               lowest  local  GM vs SciPy  on  evaluations  failed searches\n");
        foreach ((LineSearch search, _, _, _) in Searches)
        {
            Row[] own = [.. rows.Where(row => row.Search == search)];
            table.AppendLine(FormattableString.Invariant(
                $"{search.GetType().Name,-20} {own.Count(row => row.Minimum == 0),6} {own.Count(row => row.Minimum >= 0),6} {Mean(own),12:F3} {own.Count(row => row.Ratio is not null),3} {own.Sum(row => row.Evaluations),12} {own.Sum(row => row.Failed),16}   missed: {string.Join(", ", own.Where(row => row.Minimum < 0).Select(row => row.Name))}"));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Console.WriteLine(table);
        foreach ((LineSearch search, int lowest, int local, double ratio) in Searches)
        {
            Row[] own = [.. rows.Where(row => row.Search == search)];
            int higher = own.Count(row => row.Minimum != 0), missed = own.Count(row => row.Minimum < 0), count = Problem.All.Count;
            Assert.True(higher <= count - lowest && missed <= count - local
                && Mean(own) <= ratio * scatter, $"{search.GetType().Name}\n{table}");
        }

        return table.ToString();
    }

    private static Row Solve(Problem problem, LbfgsMinimizer minimizer, LineSearch search, JsonElement peer)
    {
        List<double> losses = [];
        minimizer.Options = new LbfgsOptions { MaxIterations = 2000, MaxEvaluations = 20000, LineSearch = search, Trials = new Recorder<LbfgsTrial>(trial => losses.Add(trial.Loss)) };
        using LbfgsResult result = minimizer.Minimize();
        double[] thresholds =
            [.. (problem.Name == "mgh10_meyer" ? [ProblemSolvingTests.MeyerMinimum] : problem.Minima).Select(problem.Threshold)];
        int minimum = Array.FindIndex(thresholds, threshold => result.Loss <= threshold);
        int? evaluations = minimum < 0 ? null : 1 + losses.FindIndex(loss => loss <= thresholds[minimum]);
        int? scipy = peer.GetProperty("evaluations_to_target") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
        return new Row(problem.Name, search, minimum, evaluations / (double?)scipy, result.Evaluations, result.FailedSearches);
    }

    private static double Mean(IEnumerable<Row> rows) =>
        Math.Exp(rows.Where(row => row.Ratio is not null).Average(row => Math.Log(row.Ratio!.Value)));

    private sealed record Row(string Name, LineSearch Search, int Minimum, double? Ratio, int Evaluations, int Failed);
}

using System.Text;
using System.Text.Json;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>
/// Solves the problems with the default options and compares the evaluations with those of SciPy's L-BFGS-B, which had the same memory and
/// tolerance.
/// </summary>
[Trait("Category", "Reference")]
public sealed class ProblemSolvingTests : LeakChecked
{
    /// <summary>
    /// The stored minimum of Meyer's problem, 87.9458, is rounded down: below what can be reached. This one is rounded up.
    /// </summary>
    internal const double MeyerMinimum = 87.94585517042;

    [Fact]
    public void Minimize_AllProblems_SolvesAsManyWithAsFewEvaluationsAsSciPy()
    {
        Dictionary<string, JsonElement> peers = SciPyResults.Read();
        StringBuilder table = new();
        table.AppendLine(
            "problem                                  n  loss          reason              evaluations  to target  SciPy  ratio  minimum");
        List<Comparison> rows = [];
        ReferenceReport report = new("lbfgs/problems solved");
        int solvedAsStored = 0;
        foreach (Problem problem in Problem.All)
        {
            bool meyer = problem.Name == "mgh10_meyer";
            ProblemRun run = ProblemRun.Of(problem, problem.ReachableMinima);
            if (meyer ? run.Loss <= problem.Threshold(problem.Minima[0]) : run.SolvedLocal)
                solvedAsStored++;
            report.Check(problem.Name, () => Assert.True(run.SolvedLocal, $"loss {run.Loss:R}, reason {run.Reason}"));
            JsonElement peer = peers[problem.Name];
            int? scipy = peer.GetProperty("evaluations_to_target") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
            Comparison row =
                new(problem.Name, run, scipy, peer.GetProperty("solved").GetBoolean(), peer.GetProperty("solved_local").GetBoolean());
            rows.Add(row);
            table.AppendLine(FormattableString.Invariant(
                $"{problem.Name,-38} {problem.Start.Length,4}  {run.Loss,-12:G6}  {run.Reason,-18} {run.Evaluations,12} {run.EvaluationsToTarget,10} {scipy,6} {row.Ratio,6:F2}  {run.Minimum}"));
        }

        int solved = rows.Count(row => row.Run.Solved);
        int local = rows.Count(row => row.Run.SolvedLocal);
        double common = GeometricMean(rows.Where(row => row.Run.SolvedLocal));
        double commonLowest = GeometricMean(rows.Where(row => row.Run.Solved && row.PeerSolved));
        string summary = FormattableString.Invariant(
            $"{rows.Count} problems: solved {solved}, solved_local {local} ({solvedAsStored} with Meyer's minimum as stored); evaluations to target against SciPy, geometric mean {common:F3} on {rows.Count(row => row.Run.SolvedLocal && row.Ratio is not null)} common, {commonLowest:F3} on {rows.Count(row => row.Run.Solved && row.PeerSolved && row.Ratio is not null)} solved by both; evaluations in all {rows.Sum(row => row.Run.Evaluations)}; worst {string.Join(", ", rows.Where(row => row.Ratio is not null).OrderByDescending(row => row.Ratio).Take(5).Select(row => $"{row.Name} {row.Ratio:F2}"))}");
        table.AppendLine(summary);
        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Console.WriteLine(summary);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "TestResults")).FullName, "problems.txt"),
            table.ToString());

        // No solver finds a known minimum of every problem from the given start: as many may be missed as SciPy misses.
        report.Finish(allowedFailures: rows.Count(row => !row.PeerSolvedLocal));
        Assert.True(common <= 1.05 && commonLowest <= 1.05, table.ToString());
    }

    private static double GeometricMean(IEnumerable<Comparison> rows) =>
        Math.Exp(rows.Where(row => row.Ratio is not null).Average(row => Math.Log(row.Ratio!.Value)));

    private sealed record Comparison(string Name, ProblemRun Run, int? Peer, bool PeerSolved, bool PeerSolvedLocal)
    {
        /// <summary>Our evaluations to the target over SciPy's, where both reached a known minimum.</summary>
        public double? Ratio => Run.EvaluationsToTarget / (double?)Peer;
    }
}

using System.Text;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>
/// Problems of public collections other than CUTEst, and objectives of users, beside SciPy's L-BFGS-B (<c>collected.json</c>). Families are
/// split by a hash of their name: rules are chosen on the tuning half, the judging half only reports. The suite has a sample.
/// </summary>
[Trait("Category", "Reference")]
public sealed class CollectedProblemTests : LeakChecked
{
    private const int Each = 20;

    [Fact]
    public void ValueAndGradient_OfSomeProblems_MatchTheReference() => Compare(TableSample.Of(CollectedProblem.All(), Each));

    [Fact(Explicit = true)]
    public void ValueAndGradient_OfEachProblem_MatchTheReference() => Compare(CollectedProblem.All());

    [Fact]
    public void Minimize_SomeProblems_ReachesTheMinimaWithFewerEvaluationsThanSciPy()
    {
        IReadOnlyList<CollectedRun> runs = Solve(TableSample.Of(CollectedProblem.All(), Each), CollectedRun.Options);
        Assert.True(Summary.Of(runs).Mean <= TableSample.Scatter, Table(runs));
    }

    [Fact(Explicit = true)]
    public void Minimize_AllProblems_StoresBothHalves()
    {
        IReadOnlyList<CollectedRun> runs = Solve(CollectedProblem.All(), CollectedRun.Options);
        StoredResult.Write("collected.txt", Table(runs));
        Assert.True(Summary.Of([.. runs.Where(run => !run.Problem.IsTuning)]).Mean < 1);
    }

    /// <summary>Evaluations of other options on the tuning half, by which rules are chosen.</summary>
    [Fact(Explicit = true)]
    public void Minimize_TuningHalfByScalings_StoresTheirMeans()
    {
        IReadOnlyList<CollectedProblem> problems = [.. CollectedProblem.All().Where(problem => problem.IsTuning)];
        StringBuilder text = new();
        foreach (InverseScaling scaling in Enum.GetValues<InverseScaling>())
        {
            foreach (int length in (int[])[5, 10, 20, 50, 100])
            {
                IReadOnlyList<CollectedRun> runs = Solve(problems, CollectedRun.Options with { Scaling = scaling, MemoryLength = length });
                text.AppendLine($"{scaling,-10} {length,4} pairs: {Summary.Of(runs)}");
            }
        }

        StoredResult.Write("collected-tuning.txt", text.ToString());
    }

    private static void Compare(IReadOnlyList<CollectedProblem> problems)
    {
        ReferenceReport report = new("lbfgs/collected");
        foreach (CollectedProblem problem in problems)
        {
            report.Check(problem.Name, () =>
            {
                using Function traced = new(inputs => ValueAndGradient(problem, inputs[0]));
                Compare(problem, "start", problem.Start, traced);
                Compare(problem, "second", problem.Second, traced);
            });
        }

        report.Finish();
    }

    private static void Compare(CollectedProblem problem, string point, double[] position, Function traced)
    {
        using TensorScope scope = new();
        Tensor[] results = traced.Call(Tensor.From(position));
        double expected = problem.Entry.GetProperty($"value_at_{point}").GetDouble();
        double value = results[0].ToScalar<double>();
        Assert.True(
            Math.Abs(value - expected) <= 1e-10 * Math.Max(Math.Abs(expected), 1e-3),
                $"value at {point}: expected {expected:R}, got {value:R}");
        double[] gradient = results[1].ToArray<double>();
        double sum = gradient.Select((g, i) => g * Math.Sin(i + 1)).Sum();
        double scale = problem.Entry.GetProperty($"gradient_max_at_{point}").GetDouble();
        double expectedSum = problem.Entry.GetProperty($"gradient_sum_at_{point}").GetDouble();
        double max = gradient.Max(Math.Abs);
        Assert.True(Math.Abs(max - scale) <= 1e-9 * Math.Max(scale, 1e-6), $"max |g| at {point}: expected {scale:R}, got {max:R}");
        Assert.True(
            Math.Abs(sum - expectedSum) <= 1e-8 * Math.Max(scale, 1e-6),
                $"sum g_i sin i at {point}: expected {expectedSum:R}, got {sum:R}");
    }

    private static Tensor[] ValueAndGradient(CollectedProblem problem, Tensor x)
    {
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor loss = problem.Loss(x);
        return [loss, tape.Gradient(loss, x)];
    }

    private static IReadOnlyList<CollectedRun> Solve(IReadOnlyList<CollectedProblem> problems, LbfgsOptions options) =>
        [.. problems.Select(problem => CollectedRun.Of(problem, options))];

    private static string Table(IReadOnlyList<CollectedRun> runs)
    {
        StringBuilder table = new();
        table.AppendLine(
            "problem                              half     loss          reason              evaluations  to target  SciPy  ratio");
        foreach (CollectedRun run in runs)
        {
            string half = run.Problem.IsTuning ? "tuning" : "judging";
            string row = FormattableString.Invariant(
                $"{run.Problem.Name,-36} {half,-8} {run.Loss,-12:G6}  {run.Reason,-18} {run.Evaluations,12} {run.EvaluationsToTarget,10}");
            table.AppendLine(
                FormattableString.Invariant($"{row} {run.Problem.SciPyEvaluations,6} {run.Ratio,6:F2}{(run.IsLower ? " lower" : "")}"));
        }

        foreach (IGrouping<bool, CollectedRun> half in runs.GroupBy(run => run.Problem.IsTuning).OrderByDescending(group => group.Key))
            table.AppendLine($"{(half.Key ? "tuning" : "judging")} half: {Summary.Of([.. half])}");
        return table.ToString();
    }

    /// <summary>What a number of runs came to.</summary>
    private sealed record Summary(
        int Count, int Solved, int SciPySolved, int Common, double Mean, double Median, int Better, int Worse, int Tail, double Worst, int Evaluations)
    {
        private const double Margin = 1.05;
        private const double LongTail = 1.5;

        public static Summary Of(IReadOnlyList<CollectedRun> runs)
        {
            double[] ratios = [.. runs.Where(run => run.Ratio is not null).Select(run => run.Ratio!.Value).Order()];
            double median = (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]) / 2;
            return new Summary(
                runs.Count,
                runs.Count(run => run.EvaluationsToTarget is not null),
                runs.Count(run => run.Problem.SciPyEvaluations is not null),
                ratios.Length,
                Math.Exp(ratios.Average(Math.Log)),
                median,
                ratios.Count(ratio => ratio < 1 / Margin),
                ratios.Count(ratio => ratio > Margin),
                ratios.Count(ratio => ratio > LongTail),
                ratios[^1],
                runs.Sum(run => run.Evaluations));
        }

        public override string ToString() => FormattableString.Invariant(
            $"{Count} problems, solved {Solved}, SciPy {SciPySolved}; against SciPy on {Common} common: geometric mean {Mean:F3}, median {Median:F2}, ")
            + FormattableString.Invariant(
                $"better {Better}, worse {Worse}, above {LongTail} x {Tail}, worst {Worst:F2}; evaluations in all {Evaluations}");
    }
}

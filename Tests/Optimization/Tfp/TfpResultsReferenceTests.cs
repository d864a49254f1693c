using System.Globalization;
using System.Text;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>
/// tfp's results on all problems with 15 sets of options. A run that differs is a known difference only by one rule: that it differs from
/// itself as much when loss and gradient are multiplied
/// by a few units in the last place, which changes nothing but the rounding. The suite has each sixth problem, and all for the short runs.
/// </summary>
[Trait("Category", "Reference")]
public sealed class TfpResultsReferenceTests : LeakChecked
{
    private const int ShortRun = 20;
    private static readonly double[] Scales = [.. new[] { 1, -1, 3, -3, 5, -5, 7, -7 }.Select(units => 1 + units * Math.ScaleB(1, -52))];

    [Fact]
    public void Minimize_ShortRuns_CostAsManyEvaluationsAsInTfp()
    {
        ReferenceReport report = new("lbfgs/tfp_results evaluations of short runs");
        List<string> differences = [];
        foreach (TfpResultRow row in TfpResultRow.All("default").Where(row => row.Iterations <= ShortRun))
        {
            using LbfgsResult result = row.Run();
            report.Check(row.Id, () => Assert.Equal(row.Evaluations, result.Evaluations));
            if (row.Evaluations == result.Evaluations)
                continue;
            int[] scattered = [.. Scales.Select(scale => Count(row, scale)).Append(result.Evaluations).Distinct().Order()];
            differences.Add(
                $"{row.Id}: tfp {row.Evaluations}, here {result.Evaluations}; with other rounding {string.Join(", ", scattered)}");
            Assert.True(scattered.Length > 1, $"{differences[^1]}: rounding does not explain it");
        }

        Print(differences);
        report.Finish(allowedFailures: differences.Count);
        Assert.True(differences.Count <= 7, string.Join('\n', differences));
    }

    [Fact]
    public void Minimize_SampleOfRows_SetsTfpsFlagsAndReachesItsValues() => Follow(TableSample.Of(Groups(TfpResultRow.All()), 10));

    [Fact(Explicit = true)]
    public void Minimize_AllRows_SetTfpsFlagsAndReachItsValues() =>
        StoredResult.Write("tfp-results.txt", Follow(Groups(TfpResultRow.All())));

    private static IReadOnlyList<TfpResultRow[]> Groups(IEnumerable<TfpResultRow> rows) =>
        [.. rows.GroupBy(row => (row.Problem, row.IsNarrow)).Select(group => group.ToArray())];

    private static string Follow(IReadOnlyList<TfpResultRow[]> groups)
    {
        ReferenceReport flags = new("lbfgs/tfp_results flags");
        ReferenceReport values = new("lbfgs/tfp_results values");
        List<string> differences = [];
        int counts = 0;
        int rows = 0;
        foreach ((TfpResultRow row, LbfgsResult result) in groups.SelectMany(Runs))
        {
            rows++;
            counts += row.Evaluations == result.Evaluations && row.Iterations == result.Iterations ? 1 : 0;
            flags.Check(row.Id, () => Assert.Equal((row.Converged, row.Failed), (result.Converged, result.Failed)));
            double decrease = Math.Abs(result.InitialLoss - row.Value) + Math.Abs(row.Value);
            double away = row.Value.Equals(result.Loss) ? 0 : Math.Abs(row.Value - result.Loss);
            values.Check(row.Id, () => Assert.True(away <= 1e-6 * decrease, $"tfp {row.Value:R}, here {result.Loss:R}"));
            if (away <= 1e-6 * decrease)
                continue;
            double scatter = Scales.Max(scale => Math.Abs(Loss(row, scale) - result.Loss));
            differences.Add(
                string.Create(CultureInfo.InvariantCulture,
                $"{row.Id}: tfp {row.Value:G9}, here {result.Loss:G9}; other rounding moves it by up to {scatter:G3}"));
            Assert.True(away <= 10 * scatter, $"{differences[^1]}: rounding does not explain it");
        }

        string[] lines = [$"evaluations and iterations of {counts} of {rows} rows are equal", .. differences];
        Print(lines);
        flags.Finish();
        values.Finish(allowedFailures: differences.Count);
        Assert.True(differences.Count <= rows / 50, string.Join('\n', differences));
        return string.Join('\n', lines) + '\n';
    }

    /// <summary>
    /// The table of docs/reference/differences.md. tfp searches each line almost to its minimum, so its iterations cost more: the default
    /// mode is given as many evaluations as tfp took, not as many iterations,
    /// and then runs once more to its own end.
    /// </summary>
    [Fact(Explicit = true)]
    public void Minimize_ByDefault_EndsAsLowAsTfpOrLower() => StoredResult.Write("tfp-default.txt", CompareAll(rows => rows));

    [Fact]
    public void Minimize_SampleByDefault_EndsAsLowAsTfpOrLower() => CompareAll(rows => TableSample.Of(rows, 10));

    private static string CompareAll(Func<IReadOnlyList<TfpResultRow>, IReadOnlyList<TfpResultRow>> choose)
    {
        StringBuilder table = new();
        foreach (string variant in (string[])["default", "f32"])
        {
            foreach (bool batch in (bool[])[false, true])
                Compare(variant, choose([.. TfpResultRow.All(variant)]), batch, table);
        }

        Print([table.ToString()]);
        return table.ToString();
    }

    private static void Compare(string variant, IReadOnlyList<TfpResultRow> rows, bool batch, StringBuilder table)
    {
        End[] limited = [.. rows.Select(row => Default(row, batch, row.Evaluations))];
        End[] free = [.. rows.Select(row => Default(row, batch, 2000))];
        table.AppendLine(
            FormattableString.Invariant(
            $"{variant}, {(batch ? "MinimizeBatch" : "Minimize")}: {rows.Count} rows; tfp converged {rows.Count(row => row.Converged)}, failed {rows.Count(row => row.Failed)}, evaluations {rows.Sum(row => row.Evaluations)}"));
        foreach ((string name, End[] ends) in new[] { ("with tfp's evaluations", limited), ("to its own end", free) })
        {
            for (int i = 0; i < rows.Count; i++)
            {
                Assert.True(ends[i].Loss <= ends[i].Initial, $"{rows[i].Id}: {ends[i].Loss:R} above the start {ends[i].Initial:R}");
                Assert.True(!ends[i].Converged || ends[i].Norm <= 1e-8, $"{rows[i].Id}: converged with max |g| = {ends[i].Norm:G4}");
            }

            int[] signs = [.. rows.Zip(ends, Sign)];
            double[] ratios =
                [.. rows.Zip(ends).Where(pair => pair.First.Converged && pair.Second.Converged)
                .Select(pair => Math.Log(pair.Second.Evaluations / (double)pair.First.Evaluations))];
            string higher = string.Join(", ", rows.Zip(signs).Where(pair => pair.Second > 0).Select(pair => pair.First.Problem.Name));
            table.AppendLine(
                FormattableString.Invariant(
                $"  {name}: same {signs.Count(s => s == 0)}, lower {signs.Count(s => s < 0)}, higher {signs.Count(s => s > 0)}; converged {ends.Count(end => end.Converged)}; evaluations {ends.Sum(end => end.Evaluations)}, of tfp's where both converged {Math.Exp(ratios.Average()):F3}; higher: {higher}"));
        }

        Assert.True(rows.Zip(free, Sign).Count(sign => sign <= 0) >= 0.9 * rows.Count, table.ToString());
    }

    /// <summary>
    /// Whether the default mode ends lower (-1), higher (1), or at the same value but for the last digits of the dtype, relative to what
    /// was gained (0).
    /// </summary>
    private static int Sign(TfpResultRow row, End end)
    {
        double band = (row.IsNarrow ? 1e-6 : 1e-9) * (Math.Abs(end.Initial - row.Value) + Math.Abs(row.Value));
        return Math.Abs(end.Loss - row.Value) <= band ? 0 : end.Loss > row.Value ? 1 : -1;
    }

    private static End Default(TfpResultRow row, bool batch, int evaluations)
    {
        using Tensor start = row.Start();
        LbfgsOptions options = new() { MaxIterations = 10000, MaxEvaluations = evaluations };
        if (batch)
        {
            using LbfgsBatchResult many =
                Lbfgs.MinimizeBatch(x => row.LossAndGradient(x), start,
                new BatchOptions { MaxIterations = 10000, MaxEvaluations = evaluations });
            return new End(many.Converged[0], many.Losses[0], many.InitialLosses[0], many.GradientNorms[0], many.Evaluations);
        }

        using LbfgsResult one = Lbfgs.Minimize(x => row.LossAndGradient(x), start, options);
        return new End(one.Converged, one.Loss, one.InitialLoss, one.GradientNorm, one.Evaluations);
    }

    /// <summary>The rows of one problem by one minimizer, which traces once for all that have the same number of pairs.</summary>
    private static IEnumerable<(TfpResultRow Row, LbfgsResult Result)> Runs(TfpResultRow[] rows)
    {
        using Tensor start = rows[0].Start();
        using TfpMinimizer minimizer = new(new FunctionObjective(x => rows[0].LossAndGradient(x), start), LbfgsOptions.TfpCompatible);
        foreach (TfpResultRow row in rows.OrderBy(row => row.Options(LbfgsOptions.TfpCompatible).MemoryLength))
        {
            minimizer.Options = row.Options(LbfgsOptions.TfpCompatible);
            using LbfgsResult result = minimizer.Minimize();
            yield return (row, result);
        }
    }

    private static int Count(TfpResultRow row, double scale)
    {
        using LbfgsResult result = row.Run(scale);
        return result.Evaluations;
    }

    private static double Loss(TfpResultRow row, double scale)
    {
        using LbfgsResult result = row.Run(scale);
        return result.Loss;
    }

    private static void Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
            TestContext.Current.TestOutputHelper?.WriteLine(line);
    }

    private sealed record End(bool Converged, double Loss, double Initial, double Norm, int Evaluations);
}

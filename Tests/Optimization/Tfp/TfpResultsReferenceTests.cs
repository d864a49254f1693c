using System.Globalization;
using System.Text;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>
/// tfp's results on all problems with 15 sets of options. A run that differs is a known difference only by one rule: that it differs from itself as much when loss and gradient are multiplied
/// by a few units in the last place, which changes nothing but the rounding.
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
            differences.Add($"{row.Id}: tfp {row.Evaluations}, here {result.Evaluations}; with other rounding {string.Join(", ", scattered)}");
            Assert.True(scattered.Length > 1, $"{differences[^1]}: rounding does not explain it");
        }

        Print(differences);
        report.Finish(allowedFailures: differences.Count);
        Assert.True(differences.Count <= 7, string.Join('\n', differences));
    }

    [Fact]
    public void Minimize_AllRows_SetTfpsFlagsAndReachItsValues()
    {
        ReferenceReport flags = new("lbfgs/tfp_results flags");
        ReferenceReport values = new("lbfgs/tfp_results values");
        List<string> differences = [];
        int counts = 0;
        int rows = 0;
        foreach (TfpResultRow row in TfpResultRow.All())
        {
            using LbfgsResult result = row.Run();
            rows++;
            counts += row.Evaluations == result.Evaluations && row.Iterations == result.Iterations ? 1 : 0;
            flags.Check(row.Id, () => Assert.Equal((row.Converged, row.Failed), (result.Converged, result.Failed)));
            double decrease = Math.Abs(result.InitialLoss - row.Value) + Math.Abs(row.Value);
            double away = row.Value.Equals(result.Loss) ? 0 : Math.Abs(row.Value - result.Loss);
            values.Check(row.Id, () => Assert.True(away <= 1e-6 * decrease, $"tfp {row.Value:R}, here {result.Loss:R}"));
            if (away <= 1e-6 * decrease)
                continue;
            double scatter = Scales.Max(scale => Math.Abs(Loss(row, scale) - result.Loss));
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"{row.Id}: tfp {row.Value:G9}, here {result.Loss:G9}; other rounding moves it by up to {scatter:G3}"));
            Assert.True(away <= 10 * scatter, $"{differences[^1]}: rounding does not explain it");
        }

        Print([$"evaluations and iterations of {counts} of {rows} rows are equal", .. differences]);
        flags.Finish();
        values.Finish(allowedFailures: differences.Count);
        Assert.True(differences.Count <= rows / 50, string.Join('\n', differences));
    }

    [Fact]
    public void Minimize_ByDefault_EndsAsLowAsTfpOrLower()
    {
        StringBuilder table = new();
        table.AppendLine("rows                 mode           tfp converged  converged  same value  lower  higher  evaluations of tfp  evaluations  ratio where both converged");
        foreach (string variant in (string[])["default", "long", "m5", "m20", "f32", "f32_tolerance_1e-3", "tolerance_1e-3"])
        {
            foreach (bool batch in (bool[])[false, true])
                Compare(variant, batch, table);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "TestResults")).FullName, "tfp-default.txt"), table.ToString());
    }

    private static void Compare(string variant, bool batch, StringBuilder table)
    {
        (int rows, int converged, int ours, int same, int lower, long evaluationsThere, long evaluationsHere) = (0, 0, 0, 0, 0, 0, 0);
        List<double> ratios = [];
        List<string> higher = [];
        foreach (TfpResultRow row in TfpResultRow.All(variant))
        {
            (bool ended, double loss, double initial, double norm, int evaluations) = Default(row, batch);
            rows++;
            Assert.True(loss <= initial, $"{row.Id}: {loss:R} above the start {initial:R}");
            Assert.True(!ended || norm <= row.Options(new LbfgsOptions()).GradientTolerance, $"{row.Id}: converged with max |g| = {norm:G4}");
            (converged, ours) = (converged + (row.Converged ? 1 : 0), ours + (ended ? 1 : 0));
            (evaluationsThere, evaluationsHere) = (evaluationsThere + row.Evaluations, evaluationsHere + evaluations);
            if (row.Converged && ended)
                ratios.Add(Math.Log(evaluations / (double)row.Evaluations));
            // Minima of the two may differ in the last digits of the dtype, relative to what was gained.
            double band = (row.IsNarrow ? 1e-6 : 1e-9) * (Math.Abs(initial - row.Value) + Math.Abs(row.Value));
            if (Math.Abs(loss - row.Value) <= band)
                same++;
            else if (loss < row.Value || double.IsNaN(row.Value))
                lower++;
            else
                higher.Add(row.Problem.Name);
        }

        table.AppendLine(FormattableString.Invariant($"{variant,-20} {(batch ? "MinimizeBatch" : "Minimize"),-14} {converged,13} {ours,10} {same,11} {lower,6} {higher.Count,7} {evaluationsThere,19} {evaluationsHere,12} {Math.Exp(ratios.Average()),27:F3}   higher: {string.Join(", ", higher)}"));
        Assert.True(same + lower >= 0.8 * rows, table.ToString());
    }

    private static (bool Converged, double Loss, double Initial, double Norm, int Evaluations) Default(TfpResultRow row, bool batch)
    {
        using Tensor start = row.Start();
        // tfp's limit, so that the comparison is fair.
        LbfgsOptions options = row.Options(new LbfgsOptions { MaxIterations = LbfgsOptions.TfpCompatible.MaxIterations });
        if (batch)
        {
            using LbfgsBatchResult many = Lbfgs.MinimizeBatch(x => row.LossAndGradient(x), start, options);
            return (many.Converged[0], many.Losses[0], many.InitialLosses[0], many.GradientNorms[0], many.Evaluations);
        }

        using LbfgsResult one = Lbfgs.Minimize(x => row.LossAndGradient(x), start, options);
        return (one.Converged, one.Loss, one.InitialLoss, one.GradientNorm, one.Evaluations);
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
}

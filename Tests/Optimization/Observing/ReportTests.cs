using System.Globalization;
using System.Text.RegularExpressions;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Observing;

public sealed class ReportTests : LeakChecked
{
    /// <summary>Everything that rounding or the clock may change stands as #.</summary>
    private const string Page = """
        L-BFGS minimization
        Converged: max |g| = # <= 1E-08.

        Problem
          parameters             5 in 2 variables
          dtype, device          float64, /job:localhost/replica:0/task:0/device:CPU:0
            a                    (2,), 2
            b                    (3,), 3

        Method
          direction              L-BFGS, 7 pairs, diagonal scaling, curvature of losses
          line search            CubicZoom, c1 = 0.0001, c2 = 0.9, at most 30 trials
          execution              Auto: by the executor
          error of the loss      its rounding
          stops where            max |g| <= 1E-08, 10 iterations of rounding, 500 iterations, 2,000 evaluations
          or where               (loss <= -1 or 100 s)

        Progress
          loss                   # -> #, that of iteration #
          max |g|                # -> #
          iterations             #
          evaluations            #, # per iteration
          restarts               0
          failed searches        0
          skipped pairs          0
          reads                  #, # bytes
          curvatures             s.y/s.s # / # / #, y.y/s.y # / # / # (smallest / median / largest of # pairs)

        Time
          total                  # s
          calls that trace       # s, # %
          calls after that       # s, # %: evaluations, directions and reads
          all else               # s, # %: decisions, listeners, validation

        History
          iteration  evaluations         loss  gradient      step   seconds

        """;

    [Fact]
    public void Report_OfARun_IsTheStoredPage()
    {
        LbfgsOptions options = new()
        {
            MemoryLength = 7,
            MaxIterations = 500,
            MaxEvaluations = 2000,
            StopWhen = StoppingRule.Target(-1) | StoppingRule.Time(TimeSpan.FromSeconds(100))
        };
        using LbfgsResult result = WithCommas(() => Lbfgs.Minimize(new PartsObjective(), options));
        string report = WithCommas(result.Report);
        string[] lines = report.Split('\n');
        int table = Array.FindIndex(lines, line => line.StartsWith("  iteration  evaluations", StringComparison.Ordinal)) + 1;
        Assert.Equal(Page.ReplaceLineEndings("\n"), Masked(string.Join('\n', lines[..table])) + "\n");
        Assert.Equal(result.Iterations + 1, lines[table..].Count(line => line.Length > 0));
        Assert.Equal("0", lines[table].Trim().Split(' ')[0]);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{result.InitialLoss:G9} -> {result.Loss:G9}"), report,
            StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.ToString());
    }

    [Fact]
    public void Report_LongRun_ShowsTwentyIterationsWithTheFirstAndTheLast()
    {
        using Tensor start = Tensor.From([.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? -1.2 : 1.0)]);
        using LbfgsResult result = Lbfgs.Minimize(Chained, start, new LbfgsOptions { MemoryLength = 3 });
        Assert.True(result.Iterations > 30, result.ToString());
        string[] lines = result.Report().TrimEnd().Split('\n');
        string[] rows =
            lines[(Array.FindIndex(lines, line => line.StartsWith("  iteration  evaluations", StringComparison.Ordinal)) + 1)..];
        Assert.Equal(20, rows.Length);
        Assert.Equal((0, result.Iterations),
            (int.Parse(rows[0].Trim().Split(' ')[0], CultureInfo.InvariantCulture),
            int.Parse(rows[^1].Trim().Split(' ')[0], CultureInfo.InvariantCulture)));
        Assert.DoesNotContain("variables", result.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_WithTfpsRules_IsAPageToo()
    {
        using LbfgsResult result = Lbfgs.Minimize(new PartsObjective(), LbfgsOptions.TfpCompatible);
        string report = result.Report();
        Assert.Contains("HagerZhang, at most 50 rounds", report, StringComparison.Ordinal);
        Assert.Contains("5 in 2 variables", report, StringComparison.Ordinal);
        Assert.Contains("History", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Result_TimesAndBytes_AddUp()
    {
        using LbfgsResult result = Lbfgs.Minimize(new PartsObjective(), new LbfgsOptions());
        Assert.InRange(result.CallSeconds, 0, result.Seconds);
        Assert.InRange(result.TracingSeconds, 0, result.CallSeconds);
        Assert.True(result.TracingSeconds > 0);
        Assert.True(result.BytesRead >= 8 * result.Evaluations, $"{result.BytesRead} bytes");
    }

    private static Tensor Chained(Tensor x)
    {
        using TensorScope scope = new();
        Tensor axis = Tensor.From([0]);
        Tensor a = x[..^1], b = x[1..];
        Tensor valley = b - a * a;
        return scope.Keep(RawOps.Sum(100 * valley * valley + (1 - a) * (1 - a), axis));
    }

    private static string Masked(string text)
    {
        text = Regex.Replace(text, @"(?<=max \|g\| = |->  ?)[-\d.E+]+", "#");
        return string.Join('\n',
            text.Split('\n')
            .Select(line => Regex.IsMatch(line, @"^  (loss|max \|g\||iterations|evaluations|reads|curvatures|total|calls|all else) ")
            ? line[..25] + Regex.Replace(line[25..], @"-?\d[\d.,]*(E[+-]\d+)?(?!\w)", match => match.Value.EndsWith(',') ? "#," : "#")
            : line));
    }

    private static T WithCommas<T>(Func<T> run)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            commas.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = commas;
            return run();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}

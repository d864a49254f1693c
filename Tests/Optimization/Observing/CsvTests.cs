using System.Globalization;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Observing;

public sealed class CsvTests : LeakChecked
{
    private readonly TemporaryFolder _folder = new();

    protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public void WriteCsv_OfAResult_ReadsBackToTheSameBits()
    {
        using Tensor start = TestObjectives.Start();
        using LbfgsResult result =
            Lbfgs.Minimize(TestObjectives.Rosenbrock, start,
            new LbfgsOptions { Validation = new Validation(p => p.ToArray<double>()[0]) { Interval = 2 } });
        result.WriteCsv(_folder.At("run.csv"));
        string[] lines = File.ReadAllLines(_folder.At("run.csv"));
        Assert.Equal("iteration,evaluations,loss,gradient_max,gradient_length,step,seconds,validation_loss", lines[0]);
        Assert.Equal(result.History.Count, lines.Length - 1);
        foreach ((string line, LbfgsProgress p) in lines.Skip(1).Zip(result.History))
        {
            string[] cells = line.Split(',');
            double[] numbers = [.. cells[..6].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.Equal([p.Iteration, p.Evaluations, p.Loss, p.GradientNorm, p.GradientLength, p.Step], numbers);
            Assert.Equal(p.ValidationLoss?.ToString("R", CultureInfo.InvariantCulture) ?? "", cells[7]);
        }

        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void CsvProgress_WhileItRuns_EveryIterationIsInTheFileAtOnce()
    {
        string path = _folder.At("run.csv");
        List<int> lines = [];
        LbfgsOptions options = new()
        {
            MaxIterations = 4,
            Observers = [new CsvProgress(path)],
            Callback = _ =>
            {
                lines.Add(File.ReadAllLines(path).Length);
                return LbfgsAction.Continue;
            },
        };
        using Tensor start = TestObjectives.Start();
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options);
        Assert.Equal([2, 3, 4, 5, 6], lines);
        result.WriteCsv(_folder.At("after.csv"));
        Assert.Equal(File.ReadAllText(_folder.At("after.csv")), File.ReadAllText(path));
        using LbfgsResult again = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options with { Callback = null });
        Assert.Equal(6, File.ReadAllLines(path).Length);
        using LbfgsResult more =
            Lbfgs.Minimize(TestObjectives.Rosenbrock, start,
            options with { Callback = null, Observers = [new CsvProgress(path, append: true)] });
        Assert.Equal(11, File.ReadAllLines(path).Length);
    }

    [Fact]
    public void CsvProgress_NoSuchFolder_NothingIsEvaluated()
    {
        CountingObjective objective = new();
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(objective,
            new LbfgsOptions { Execution = Execution.Eager, Observers = [new CsvProgress(_folder.At("none", "run.csv"))] }));
        Assert.Contains("CsvProgress", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, objective.Calls);
        Assert.Throws<TfLbfgsException>(() => Array.Empty<LbfgsProgress>().WriteCsv(_folder.At("none", "run.csv")));
    }
}

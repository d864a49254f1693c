using System.Globalization;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Observing;

public sealed class VariableTests : LeakChecked
{
    private readonly TemporaryFolder _folder = new();

    protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public void MeasureVariables_AtEachIteration_AreTheNormsOfTheParts()
    {
        Watcher watcher = new();
        using LbfgsResult result = Lbfgs.Minimize(new PartsObjective(), new LbfgsOptions { Observers = [watcher] });
        Assert.Equal(result.Iterations + 1, watcher.Seen.Count);
        double[] before = watcher.Seen[0].Position;
        foreach ((double[] x, double[] g, IReadOnlyList<VariableNorms> norms) in watcher.Seen)
        {
            Assert.Equal(["a", "b"], norms.Select(v => v.Name));
            foreach ((VariableNorms v, Range part) in norms.Zip([0..2, 2..5]))
            {
                double[] step = [.. x[part].Zip(before[part], (now, then) => now - then)];
                Assert.Equal([x[part].Max(Math.Abs), g[part].Max(Math.Abs), step.Max(Math.Abs)], [v.PositionMax, v.GradientMax, v.StepMax]);
                Assert.Equal(Length(x[part]), v.PositionLength, 1e-14);
                Assert.Equal(Length(g[part]), v.GradientLength, 1e-14);
                Assert.Equal(Length(step), v.StepLength, 1e-14);
            }

            before = x;
        }

        // One read for each iteration, whoever asks, beside those of the driver.
        Assert.Equal(result.Evaluations + result.Iterations + 1, result.Reads);
    }

    [Fact]
    public void MeasureVariables_ObjectiveWithoutALayout_AreNone()
    {
        int heard = 0;
        using Tensor start = TestObjectives.Start();
        LbfgsOptions options = new()
        {
            MaxIterations = 3,
            Observers = [new VariableProgress((_, _) => heard++), new ConsoleProgress(TextWriter.Null) { VariablesEvery = 1 }]
        };
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options);
        Assert.Equal(0, heard);
        Assert.Equal(result.Evaluations, result.Reads);
    }

    [Fact]
    public void MeasureVariables_WithTfpsRules_StepIsUnknown()
    {
        List<VariableNorms> heard = [];
        using LbfgsResult result = Lbfgs.Minimize(
            new PartsObjective(),
                LbfgsOptions.TfpCompatible with
                {
                    MaxIterations = 3,
                    Observers = [new VariableProgress((_, norms) => heard.AddRange(norms))]
                });
        Assert.Equal(2 * (result.Iterations + 1), heard.Count);
        Assert.All(heard.Skip(2), v => Assert.True(double.IsNaN(v.StepMax) && v.GradientLength > 0));
    }

    [Fact]
    public void VariableProgress_EveryThird_ReceivesTheStartAndEveryThirdIteration()
    {
        List<int> heard = [];
        using LbfgsResult result =
            Lbfgs.Minimize(new PartsObjective(),
            new LbfgsOptions { MaxIterations = 7, Observers = [new VariableProgress((p, _) => heard.Add(p.Iteration), every: 3)] });
        Assert.Equal([0, 3, 6], heard);
        Assert.Equal(result.Evaluations + 3, result.Reads);
        Assert.Contains("1 or more, received 0", Assert.Throws<TfLbfgsException>(() => new VariableProgress((_, _) => { }, 0)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ConsoleProgress_VariablesEvery_WritesATableOfThem()
    {
        StringWriter output = new(CultureInfo.InvariantCulture);
        using LbfgsResult result =
            Lbfgs.Minimize(new PartsObjective(),
            new LbfgsOptions { MaxIterations = 4, Observers = [new ConsoleProgress(output) { VariablesEvery = 2 }] });
        string[] lines = output.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(3, lines.Count(line => line.TrimStart().StartsWith("variable ", StringComparison.Ordinal)));
        int first = Array.FindIndex(lines, line => line.TrimStart().StartsWith("variable ", StringComparison.Ordinal));
        Assert.Matches(@"^    a +3\.00e\+00 +[\d.]+e\+\d\d +[\d.]+e\+\d\d +0\.00e\+00$", lines[first + 1]);
        Assert.Matches(@"^    b +4\.00e\+00 ", lines[first + 2]);
    }

    [Fact]
    public void CsvProgress_Variables_AddsSixColumnsForEach()
    {
        string path = _folder.At("run.csv");
        List<IReadOnlyList<VariableNorms>> norms = [];
        LbfgsOptions options = new()
        {
            MaxIterations = 4,
            Observers = [new CsvProgress(path) { Variables = true }, new VariableProgress((_, n) => norms.Add(n))]
        };
        using LbfgsResult result = Lbfgs.Minimize(new PartsObjective(), options);
        string[] lines = File.ReadAllLines(path);
        string[] header = lines[0].Split(',');
        Assert.Equal(8 + 12, header.Length);
        Assert.Equal(
            ["a:position_max", "a:position_length", "a:gradient_max", "a:gradient_length", "a:step_max", "a:step_length", "b:position_max"],
            header[8..15]);
        Assert.Equal(result.Iterations + 2, lines.Length);
        foreach ((string line, IReadOnlyList<VariableNorms> n) in lines.Skip(1).Zip(norms))
        {
            double[] cells = [.. line.Split(',')[8..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.Equal(
                n.SelectMany(v => new[] { v.PositionMax, v.PositionLength, v.GradientMax, v.GradientLength, v.StepMax, v.StepLength }),
                cells);
        }

        Assert.Equal(result.Evaluations + 5, result.Reads);
    }

    [Fact]
    public void TensorBoardProgress_VariablesEvery_WritesScalarsOfThem()
    {
        List<IReadOnlyList<VariableNorms>> norms = [];
        LbfgsOptions options = new()
        {
            MaxIterations = 4,
            Observers = [new TensorBoardProgress(_folder.Path) { VariablesEvery = 2 },
            new VariableProgress((_, n) => norms.Add(n), every: 2)]
        };
        using LbfgsResult result = Lbfgs.Minimize(new PartsObjective(), options);
        (string Tag, long Step, float Value)[] events =
            [.. EventFile.Scalars(Directory.GetFiles(_folder.Path).Single())
            .Where(e => e.Item1.StartsWith("variables/", StringComparison.Ordinal))];
        Assert.Equal([0L, 2, 4], events.Select(e => e.Step).Distinct());
        Assert.Equal(norms.Select(n => (float)n[1].GradientLength),
            events.Where(e => e.Tag == "variables/b/gradient_length").Select(e => e.Value));
        Assert.Equal(norms.Select(n => (float)n[0].StepLength), events.Where(e => e.Tag == "variables/a/step_length").Select(e => e.Value));
        Assert.Equal(3 * 2 * 4, events.Length);
    }

    [Fact]
    public void OnIteration_NewAndOldForm_AreBothCalled()
    {
        List<int> heard = [];
        OldForm old = new(heard);
        using LbfgsResult result = Lbfgs.Minimize(new PartsObjective(), new LbfgsOptions { MaxIterations = 2, Observers = [old] });
        Assert.Equal([0, 1, 2], heard);
    }

    private static double Length(IEnumerable<double> x) => Math.Sqrt(x.Sum(v => v * v));

    private sealed class Watcher : LbfgsObserver
    {
        public List<(double[] Position, double[] Gradient, IReadOnlyList<VariableNorms> Norms)> Seen { get; } = [];

        public override void OnIteration(LbfgsIteration iteration)
        {
            Seen.Add((iteration.Position.ToArray<double>(), iteration.Gradient.ToArray<double>(), iteration.MeasureVariables()));
            Assert.Same(iteration.MeasureVariables(), Seen[^1].Norms);
            Assert.Equal(iteration.Progress.Moved, Seen[^1].Norms.Max(v => v.StepMax));
        }
    }

    private sealed class OldForm(List<int> heard) : LbfgsObserver
    {
        public override void OnIteration(LbfgsProgress progress, Tensor position) => heard.Add(progress.Iteration);
    }
}

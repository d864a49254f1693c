using System.Globalization;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Observing;

public sealed class TensorBoardTests : LeakChecked
{
    private const string Read = """
        import sys
        import tensorflow as tf
        for event in tf.compat.v1.train.summary_iterator(sys.argv[1]):
            for value in event.summary.value:
                print(value.tag, event.step, repr(value.simple_value), sep="\t")
        """;

    private readonly TemporaryFolder _folder = new();

    protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public void Minimize_WithValidationAndTrials_FileHoldsTagsStepsAndValues()
    {
        List<LbfgsTrial> trials = [];
        using LbfgsResult result = Run(trials);
        AssertEvents(EventFile.Scalars(File()), result, trials);
    }

    [Fact]
    [Trait("Category", "Peers")]
    public void Minimize_WithValidationAndTrials_IsReadByTensorFlow()
    {
        Peers.Require();
        List<LbfgsTrial> trials = [];
        using LbfgsResult result = Run(trials);
        (string, long, float)[] events =
            [.. Peers.Run(Read, File()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .Select(cells =>
                (cells[0], long.Parse(cells[1], CultureInfo.InvariantCulture), float.Parse(cells[2], CultureInfo.InvariantCulture)))];
        AssertEvents(events, result, trials);
    }

    [Fact]
    public void Minimize_WhileItRuns_ValuesReachTheFile()
    {
        List<int> sizes = [];
        LbfgsOptions options = new()
        {
            MaxIterations = 3,
            Observers = [new TensorBoardProgress(_folder.At("new", "runs")) { FlushInterval = TimeSpan.Zero }],
            Callback = _ =>
            {
                sizes.Add(EventFile.Scalars(Directory.GetFiles(_folder.At("new", "runs"))[0]).Count(e => e.Tag == "loss"));
                return LbfgsAction.Continue;
            },
        };
        using Tensor start = TestObjectives.Start();
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options);
        Assert.Equal([1, 2, 3, 4], sizes);
        using LbfgsResult again = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options with { Callback = null });
        Assert.Equal(2, Directory.GetFiles(_folder.At("new", "runs")).Length);
    }

    [Fact]
    public void Minimize_ExceptionInTheMiddle_FileIsClosedAndKept()
    {
        using Tensor start = TestObjectives.Start();
        LbfgsOptions options = new()
        {
            Observers = [new TensorBoardProgress(_folder.Path)],
            Callback = p => p.Iteration == 2
            ? throw new InvalidOperationException() : LbfgsAction.Continue
        };
        Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options));
        Assert.Equal(3, EventFile.Scalars(File()).Count(e => e.Tag == "loss"));
    }

    [Fact]
    public void Minimize_FolderIsAFile_SaysWhatThrew()
    {
        using Tensor start = TestObjectives.Start();
        string path = _folder.File("file");
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Observers = [new TensorBoardProgress(path)] }));
        Assert.Contains("TensorBoardProgress", e.Message, StringComparison.Ordinal);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    private static void AssertEvents(IReadOnlyList<(string Tag, long Step, float Value)> events, LbfgsResult result,
        List<LbfgsTrial> trials)
    {
        void Check(string tag, IEnumerable<(long, float)> expected) =>
            Assert.Equal(expected, events.Where(e => e.Tag == tag).Select(e => (e.Step, e.Value)));
        Check("loss", result.History.Select(p => ((long)p.Iteration, (float)p.Loss)));
        Check("gradient/max", result.History.Select(p => ((long)p.Iteration, (float)p.GradientNorm)));
        Check("gradient/length", result.History.Select(p => ((long)p.Iteration, (float)p.GradientLength)));
        Check("step", result.History.Select(p => ((long)p.Iteration, (float)p.Step)));
        Check("evaluations", result.History.Select(p => ((long)p.Iteration, (float)p.Evaluations)));
        Check("seconds", result.History.Select(p => ((long)p.Iteration, (float)p.Seconds)));
        Check("validation/loss",
            result.History.Where(p => p.Iteration % 5 == 0).Select(p => ((long)p.Iteration, (float)p.ValidationLoss!.Value)));
        Check("trial/loss", trials.Select(t => ((long)t.Evaluation, (float)t.Loss)));
        Assert.Equal(8, events.Select(e => e.Tag).Distinct().Count());
    }

    private string File() => Assert.Single(Directory.GetFiles(_folder.Path));

    private LbfgsResult Run(List<LbfgsTrial> trials)
    {
        using Tensor start = TestObjectives.Start();
        return Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions
        {
            Trials = new Recorder<LbfgsTrial>(trials.Add),
            Observers = [new TensorBoardProgress(_folder.Path) { Trials = true }],
            Validation = new Validation(p => p.ToArray<double>()[0]) { Interval = 5 },
        });
    }
}

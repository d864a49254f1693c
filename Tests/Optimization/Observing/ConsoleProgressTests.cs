using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Observing;

public sealed class ConsoleProgressTests : LeakChecked
{
    private readonly ManualTime _time = new();
    private readonly StringWriter _output = new();

    [Fact]
    public void Report_FastIterations_AtMostOneLinePerInterval()
    {
        ConsoleProgress progress = New();
        progress.OnStart(7);
        for (int i = 0; i <= 1000; i++)
        {
            progress.Report(Iteration(i));
            _time.Advance(0.01);
        }

        // The start, then one line in each half second of the ten.
        Assert.Equal("L-BFGS, 7 parameters", Lines[0]);
        Assert.Equal(1, Lines.Count(line => line.Contains("evaluations", StringComparison.Ordinal)));
        Assert.InRange(Lines.Length, 20, 23);
    }

    [Fact]
    public void OnTrial_LongLineSearch_ALineAtLeastEachSecond()
    {
        ConsoleProgress progress = New();
        progress.OnStart(7);
        progress.Report(Iteration(0));
        for (int e = 2; e < 200; e++)
        {
            _time.Advance(0.05);
            progress.OnTrial(new LbfgsTrial(e, 1, 0.25, 3.5, -1, 1, 0));
        }

        string[] searching = [.. Lines.Where(line => line.Contains("searching: step 2.5e-1, loss 3.500e+0", StringComparison.Ordinal))];
        Assert.InRange(searching.Length, 15, 20);
    }

    [Fact]
    public void Timer_OneLongEvaluation_ALineAtLeastEachSecond()
    {
        ConsoleProgress progress = New();
        progress.OnStart(7);
        _time.Advance(3);
        Assert.Equal(6, Lines.Count(line => line.StartsWith("preparing the first evaluation", StringComparison.Ordinal)));
        progress.Report(Iteration(0));
        _time.Advance(3);
        Assert.Equal(6, Lines.Count(line => line.EndsWith("evaluating", StringComparison.Ordinal)));
        progress.OnEnd(null);
        int count = Lines.Length;
        _time.Advance(3);
        Assert.Equal(count, Lines.Length);
    }

    [Fact]
    public void Every_KthIteration_IsAlwaysWritten()
    {
        ConsoleProgress progress = new(_output) { Time = _time, Every = 10 };
        using LbfgsResult result = Run(progress, 35);
        Assert.Equal(["0", "10", "20", "30", "35"],
            Lines.Where(line => line.StartsWith("   ", StringComparison.Ordinal) && char.IsDigit(line[8]))
            .Select(line => line.TrimStart().Split(' ')[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Minimize_AsProgressOrObserver_WritesTheLastIterationAndTheResult(bool asProgress)
    {
        ConsoleProgress progress = New();
        using LbfgsResult result = Run(progress, 4, asProgress);
        Assert.Equal(result.ToString(), Lines[^1]);
        Assert.StartsWith("        4", Lines[^2], StringComparison.Ordinal);
        Assert.Equal(5, Lines.Length);
    }

    [Fact]
    public void Timer_OutputWasClosed_DoesNotEndTheProcess()
    {
        ConsoleProgress progress = New();
        progress.OnStart(7);
        _output.Dispose();
        _time.Advance(2);
        Assert.ThrowsAny<ObjectDisposedException>(() => progress.Report(Iteration(0)));
    }

    [Fact]
    public void Interval_NotPositive_Refused()
    {
        Assert.Contains("0", Assert.Throws<TfLbfgsException>(() => new ConsoleProgress { Interval = TimeSpan.Zero }).Message,
            StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => new ConsoleProgress { Every = -1 });
    }

    private string[] Lines => _output.ToString().TrimEnd('\n').Split('\n');

    private static LbfgsResult Run(ConsoleProgress progress, int iterations, bool asProgress = true)
    {
        using Tensor start = Tensor.From(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? -1.2 : 1.0).ToArray());
        LbfgsOptions options = new() { MaxIterations = iterations, GradientTolerance = 0 };
        return Lbfgs.Minimize(Rosenbrock, start, asProgress
            ? options with { Progress = progress } : options with { Observers = [progress] });
    }

    private static Tensor Rosenbrock(Tensor p)
    {
        Tensor a = p[TensorIndex.Slice(0, null, 2)], b = p[TensorIndex.Slice(1, null, 2)];
        return RawOps.Sum(100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a), Tensor.From([0]));
    }

    private static LbfgsProgress Iteration(int i) => new(i, i + 1, 1.0 / (i + 1), 0.5, 1, i / 1000.0);

    private ConsoleProgress New() => new(_output) { Time = _time };
}

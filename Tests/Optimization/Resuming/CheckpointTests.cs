using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Resuming;

public sealed class CheckpointTests : LeakChecked
{
    private const int Interval = 5;
    private const int Iterations = 120;

    private readonly string _folder = Directory.CreateTempSubdirectory("tflbfgs-checkpoint").FullName;

    [Fact]
    public void Minimize_KilledAtAnyMoment_LosesAtMostOneIntervalAndEndsAtTheSameBits()
    {
        string whole = RunToItsEnd(Path.Combine(_folder, "whole.state"));
        string file = Path.Combine(_folder, "killed.state");
        int reached = 0;
        for (int kill = 0; kill < 3; kill++)
        {
            reached = RunAndKill(file, reached + 12 + 7 * kill);
            if (!File.Exists(file))
                continue;
            using LbfgsState state = LbfgsState.Load(file, acceptOtherMachine: true);
            Assert.InRange(state.Iterations, reached - Interval, reached);
            TestContext.Current.TestOutputHelper?.WriteLine($"killed at iteration {reached}, the file holds {state.Iterations}");
            reached = state.Iterations;
        }

        Assert.True(reached > 0);
        Assert.Equal(whole, RunToItsEnd(file));
    }

    [Fact]
    public void Minimize_ResumedWithOtherLabels_RefusedByTheirNames()
    {
        string file = Path.Combine(_folder, "labels.state");
        Run(("data", "one"), ("loss", "mse")).Dispose();
        using (LbfgsState state = LbfgsState.Load(file))
            Assert.Equal("one", state.Labels["data"]);
        Assert.Contains("the same data, received data 'two' (in the file 'one')",
            Assert.Throws<TfLbfgsException>(() => Run(("data", "two"), ("loss", "mse"))).Message, StringComparison.Ordinal);
        Assert.Contains("data and loss", Assert.Throws<TfLbfgsException>(() => Run()).Message, StringComparison.Ordinal);
        Assert.Contains("received scaling 'none' (in the file none)",
            Assert.Throws<TfLbfgsException>(() => Run(("data", "one"), ("loss", "mse"), ("scaling", "none"))).Message,
            StringComparison.Ordinal);
        Run(("data", "one"), ("loss", "mse")).Dispose();

        LbfgsResult Run(params (string Name, string Text)[] labels) => Lbfgs.Minimize(new PairedRosenbrock(), new LbfgsOptions
        {
            MaxIterations = 3,
            Checkpoint = new Checkpoint(file) { Resume = true, Labels = labels.ToDictionary(label => label.Name, label => label.Text) },
        });
    }

    [Fact]
    public void Minimize_FileThatCannotBeWritten_EndsTheRunUnlessItIsHandled()
    {
        string folder = Path.Combine(_folder, "gone");
        LbfgsOptions options =
            new() { MaxIterations = 12, Checkpoint = new Checkpoint(Path.Combine(folder, "run.state")) { Interval = Interval } };
        Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(new PairedRosenbrock(), options));
        List<string> failures = [];
        using LbfgsResult result =
            Lbfgs.Minimize(new PairedRosenbrock(),
            options with { Checkpoint = options.Checkpoint with { OnWriteFailed = e => failures.Add(e.Message) } });
        Assert.Equal(12, result.Iterations);
        Assert.Equal(3, failures.Count);
        Assert.Contains(folder, failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_WithAnInterval_WritesAtEachAndAtTheEnd()
    {
        string file = Path.Combine(_folder, "run.state");
        List<int> seen = [];
        LbfgsOptions options = new()
        {
            MaxIterations = 13,
            Checkpoint = new Checkpoint(file) { Interval = Interval },
            Callback = progress =>
            {
                if (File.Exists(file))
                {
                    using LbfgsState state = LbfgsState.Load(file);
                    seen.Add(state.Iterations);
                }

                return LbfgsAction.Continue;
            },
        };
        using (LbfgsResult result = Lbfgs.Minimize(new PairedRosenbrock(), options))
            Assert.Equal(13, result.Iterations);
        Assert.Equal([5, 5, 5, 5, 5, 10, 10, 10], seen);
        using LbfgsState end = LbfgsState.Load(file);
        Assert.Equal((13, StopReason.IterationLimit), (end.Iterations, end.Reason));
    }

    [Fact]
    public void Minimize_ResumeWithAnotherProblem_IsRefused()
    {
        string file = Path.Combine(_folder, "run.state");
        LbfgsOptions options = new() { MaxIterations = 3, Checkpoint = new Checkpoint(file) { Resume = true } };
        using (LbfgsResult first = Lbfgs.Minimize(new PairedRosenbrock(), options))
            Assert.Equal(3, first.Iterations);
        byte[] before = File.ReadAllBytes(file);
        Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(new PairedRosenbrock(DType.Float32), options));
        Assert.Equal(before, File.ReadAllBytes(file));
        using LbfgsResult more = Lbfgs.Minimize(new PairedRosenbrock(), options with { MaxIterations = 8 });
        Assert.Equal((8, 9), (more.Iterations, more.History.Count));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Directory.Delete(_folder, recursive: true);
    }

    private static string RunToItsEnd(string file)
    {
        using Process process = Start(file);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n').Single(line => line.StartsWith("bits ", StringComparison.Ordinal));
    }

    /// <summary>Kills the run when it tells of an iteration; the last one that it told of.</summary>
    private static int RunAndKill(string file, int iteration)
    {
        using Process process = Start(file);
        int last = 0;
        while (last < iteration && process.StandardOutput.ReadLine() is { } line)
            last = Told(line, last);
        // SIGKILL: nothing in the process can answer it.
        process.Kill();
        foreach (string line in process.StandardOutput.ReadToEnd().Split('\n'))
            last = Told(line, last);
        process.WaitForExit();
        return last;
    }

    private static int Told(string line, int last) =>
        line.StartsWith("iteration ", StringComparison.Ordinal)
            && int.TryParse(line.AsSpan(10), CultureInfo.InvariantCulture, out int iteration) ? iteration : last;

    private static Process Start(string file)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Tests.Probe.dll"), "checkpoint", file,
            Iterations.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}

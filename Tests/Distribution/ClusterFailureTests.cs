using System.Diagnostics;
using System.Globalization;
using System.Text;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Distribution.ClusterTests;

namespace TfLbfgs.Tests.Distribution;

/// <summary>
/// Issue 19: what runs survive, in processes that are killed, stopped or cut off. Minutes each; <see cref="ClusterTests"/> has a sample.
/// </summary>
public sealed class ClusterFailureTests
{
    private const int Moments = 20;

    [Fact(Explicit = true)]
    public void Minimize_WorkerKilledAtRandomMoments_EndsAtTheSameBits()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        ClusterProcess[] workers = [.. ports.Select(port => ClusterProcess.Worker(port))];
        try
        {
            // One undisturbed run, and one for each moment, of one controller.
            string sources = string.Join(',', Enumerable.Repeat("upload", 1 + Moments));
            using ClusterProcess controller = Control(
                ports, $"sources={sources}", "iterations=30", "pause=20", "connect=300", "replacement=900", "answer=120", "evaluation=900");
            Random random = new(19);
            StringBuilder table = new();
            for (int moment = 0; moment < Moments; moment++)
            {
                string output = AfterRuns(controller, moment + 1);
                int victim = random.Next(2);
                // From before the data are placed to after the last iteration, by the time of the undisturbed run.
                Thread.Sleep(TimeSpan.FromSeconds(random.NextDouble() * (SecondsOf(output) + 0.5)));
                string[] run = controller.Output.Split("upload seconds")[^1].Split('\n');
                string? last = run.LastOrDefault(line => line.StartsWith("iteration", StringComparison.Ordinal));
                bool isPlaced = run.Any(line => line.StartsWith("upload placed", StringComparison.Ordinal));
                string where = last is not null ? $"after iteration {last.Split(' ')[1]}"
                    : isPlaced ? "before the start" : "before the data were placed";
                workers[victim].Kill();
                workers[victim].Dispose();
                workers[victim] = ClusterProcess.Worker(ports[victim]);
                table.Append(CultureInfo.InvariantCulture, $"{moment,2}: worker {victim}, {where}\n");
            }

            string[] bits = [.. controller.Succeeded().Split('\n').Where(line => line.StartsWith("upload bits", StringComparison.Ordinal))];
            Assert.Equal(1 + Moments, bits.Length);
            int same = bits.Skip(1).Count(line => line == bits[0]);
            StoredResult.Write(
                "cluster-kills.txt",
                $"{same} of {Moments} runs in which a worker was killed ended at the bits of the undisturbed run\n{table}");
            Assert.Equal(Moments, same);
        }
        finally
        {
            foreach (ClusterProcess worker in workers)
                worker.Dispose();
        }
    }

    [Fact(Explicit = true)]
    public void Minimize_WorkerStoppedThenReplaced_EndsAtTheSameBits()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        using ClusterProcess undisturbed = Control(ports, "end=no");
        string bits = Line(undisturbed.Succeeded(), "upload bits");
        using ClusterProcess controller = Control(ports, "end=no", "pause=100", "evaluation=5", "answer=5", "replacement=120");
        Wait(controller, "iteration 3");
        Signal(second, "STOP");
        Wait(controller, "Lost worker 1");
        // TensorFlow does not let go of a process that is stopped: it must end.
        second.Kill();
        using ClusterProcess other = ClusterProcess.Worker(ports[1]);
        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.Equal(bits, Line(output, "upload bits"));
        Assert.Contains("gave no sign of life", output, StringComparison.Ordinal);
        Assert.Contains("is back", output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public void Minimize_WorkerNotReplaced_EndsWithItsStateAndResumesToTheSameBits()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tflbfgs-cluster-test-");
        try
        {
            string state = Path.Combine(folder.FullName, "run.state");
            int[] ports = ClusterProcess.FreePorts(2);
            using ClusterProcess first = ClusterProcess.Worker(ports[0]);
            using ClusterProcess second = ClusterProcess.Worker(ports[1]);
            using ClusterProcess undisturbed = Control(ports, "end=no");
            string bits = Line(undisturbed.Succeeded(), "upload bits");
            using ClusterProcess controller = Control(ports, "end=no", "pause=100", "replacement=0", $"checkpoint={state}");
            Wait(controller, "iteration 5");
            second.Kill();
            string output = controller.Succeeded();
            Assert.Contains("lost, and not replaced within 0 s", output, StringComparison.Ordinal);
            Assert.True(File.Exists(state));
            using ClusterProcess other = ClusterProcess.Worker(ports[1]);
            using ClusterProcess resumed = Control(ports, $"checkpoint={state}");
            string end = resumed.Succeeded();
            Assert.DoesNotContain("iteration 0 ", end, StringComparison.Ordinal);
            Assert.Equal(bits, Line(end, "upload bits"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact(Explicit = true)]
    public void Minimize_ControllerKilled_AnotherResumesToTheSameBits()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tflbfgs-cluster-test-");
        try
        {
            string state = Path.Combine(folder.FullName, "run.state");
            int[] ports = ClusterProcess.FreePorts(2);
            using ClusterProcess first = ClusterProcess.Worker(ports[0]);
            using ClusterProcess second = ClusterProcess.Worker(ports[1]);
            using ClusterProcess undisturbed = Control(ports, "end=no");
            string bits = Line(undisturbed.Succeeded(), "upload bits");
            using ClusterProcess controller = Control(ports, "end=no", "pause=100", "interval=2", $"checkpoint={state}");
            Wait(controller, "iteration 7");
            controller.Kill();
            using ClusterProcess another = Control(ports, $"checkpoint={state}");
            string output = another.Succeeded();
            Assert.DoesNotContain("iteration 1 ", output, StringComparison.Ordinal);
            Assert.Equal(bits, Line(output, "upload bits"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact(Explicit = true)]
    public void Connect_WorkerOfAnotherVersion_IsRefusedAndTheProcessMayJoinOthers()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess old = ClusterProcess.Start("TfLbfgs.Tests.Probe.dll", null, "worker", $"{ports[0]}", "0.0.1");
        using ClusterProcess worker = ClusterProcess.Worker(ports[1]);
        using ClusterProcess refused = Control(ports[..1]);
        string output = refused.Ended();
        Assert.Contains("received TfLbfgs 0.0.1 with TensorFlow", output, StringComparison.Ordinal);
        Assert.DoesNotContain("done", output, StringComparison.Ordinal);
        using ClusterProcess controller = Control(ports[..1], $"instead={ClusterProcess.Addresses(ports[1..])}");
        output = controller.Succeeded();
        Assert.Contains("received TfLbfgs 0.0.1 with TensorFlow", Line(output, "refused"), StringComparison.Ordinal);
        Assert.Contains("upload bits", output, StringComparison.Ordinal);
        worker.Succeeded();
    }

    [Theory(Explicit = true)]
    [InlineData(1, 20)]
    [InlineData(2, 20)]
    [InlineData(4, 20)]
    [InlineData(1, 100_000)]
    [InlineData(2, 100_000)]
    [InlineData(4, 100_000)]
    public void Minimize_SomeWorkers_EqualsOneProcess(int workers, int columns)
    {
        string size = string.Create(CultureInfo.InvariantCulture, $"columns={columns}");
        string rows = columns > 1000 ? "rows=40" : "rows=4000";
        int[] ports = ClusterProcess.FreePorts(workers);
        ClusterProcess[] started = [.. ports.Select(port => ClusterProcess.Worker(port))];
        using ClusterProcess alone = ClusterProcess.Start(
            "TfLbfgs.Tests.Probe.dll", null, "cluster", "local", $"shards={workers}", "iterations=40", "pause=-1", size, rows);
        string expected = alone.Succeeded();
        using ClusterProcess controller = Control(ports, "iterations=40", "pause=-1", size, rows);
        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine($"{workers} workers, {columns} parameters: {Line(output, "upload evaluation")}");
        TestContext.Current.TestOutputHelper?.WriteLine($"in one process: {Line(expected, "upload evaluation")}");
        foreach (ClusterProcess worker in started)
            worker.Dispose();
        Assert.Equal(Line(expected, "upload bits"), Line(output, "upload bits"));
    }

    /// <summary>Waits until some runs have ended.</summary>
    private static string AfterRuns(ClusterProcess controller, int runs)
    {
        while (true)
        {
            string output = controller.Output;
            if (output.Split("upload bits").Length > runs && output.TrimEnd().Length > 0)
                return output;
            Assert.False(controller.HasExited, output);
            Thread.Sleep(50);
        }
    }

    private static double SecondsOf(string output)
    {
        string line = Line(output, "upload loss");
        return double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    internal static void Signal(ClusterProcess process, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}

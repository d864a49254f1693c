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
            string[] settings = ["iterations=30", "pause=20", "end=no", "replacement=120"];
            using ClusterProcess undisturbed = Control(ports, settings);
            string output = undisturbed.Succeeded();
            string bits = Line(output, "upload bits");
            double seconds = SecondsOf(output);
            Random random = new(19);
            int same = 0;
            StringBuilder table = new();
            for (int moment = 0; moment < Moments; moment++)
            {
                int victim = random.Next(2);
                double when = random.NextDouble() * seconds;
                using ClusterProcess controller = Control(ports, settings);
                // From before the data are placed to the last iteration.
                Wait(controller, "worker 1 process");
                Thread.Sleep(TimeSpan.FromSeconds(when));
                workers[victim].Kill();
                workers[victim].Dispose();
                workers[victim] = ClusterProcess.Worker(ports[victim]);
                string run = controller.Succeeded();
                bool isSame = run.Split('\n').Contains(bits);
                same += isSame ? 1 : 0;
                string[] lines = run.Split('\n');
                int reached = lines.TakeWhile(line => !line.StartsWith("cluster: Lost", StringComparison.Ordinal)).Count(line => line.StartsWith("iteration", StringComparison.Ordinal)) - 1;
                string where = !run.Contains("Lost", StringComparison.Ordinal) ? "after the run" : reached < 0 ? "before the start" : string.Create(CultureInfo.InvariantCulture, $"after iteration {reached}");
                table.Append(
                    CultureInfo.InvariantCulture, $"{moment,2}: worker {victim}, {where}: {(isSame ? "same bits" : "OTHER BITS")}\n");
                TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
                Assert.True(isSame, run);
            }

            StoredResult.Write("cluster-kills.txt", $"{same} of {Moments} runs in which a worker was killed ended at the bits of the undisturbed run\n{table}");
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
    public void Connect_WorkerOfAnotherVersion_IsRefused()
    {
        int[] ports = ClusterProcess.FreePorts(1);
        using ClusterProcess worker = ClusterProcess.Start(
            "TfLbfgs.Tests.Probe.dll", null, "worker", ports[0].ToString(CultureInfo.InvariantCulture), "0.0.1");
        using ClusterProcess controller = Control(ports);
        string output = controller.Ended();
        Assert.Contains("received TfLbfgs 0.0.1 with TensorFlow", output, StringComparison.Ordinal);
        Assert.DoesNotContain("done", output, StringComparison.Ordinal);
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
        TestContext.Current.TestOutputHelper?.WriteLine($"{workers} workers, {columns} parameters: {Line(output, "upload evaluation")}\nin one process: {Line(expected, "upload evaluation")}");
        foreach (ClusterProcess worker in started)
            worker.Dispose();
        Assert.Equal(Line(expected, "upload bits"), Line(output, "upload bits"));
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

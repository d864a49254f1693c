using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;
using Xunit;
using static TfLbfgs.Tests.Distribution.ClusterTests;

namespace TfLbfgs.Tests.Distribution;

/// <summary>Issue 19: what goes wrong around workers, each to a clear end or to the same bits. Seconds to a minute each.</summary>
public sealed partial class ClusterAttackTests
{
    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)]
    public void Connect_ServerThatSpeaksHttp2ButIsNoTensorFlow_EndsWithAMessage(bool closes)
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        Task serving = Serve(other, closes, TestContext.Current.CancellationToken);
        using ClusterProcess controller = Control([((IPEndPoint)other.LocalEndpoint).Port], "connect=5");
        string output = controller.Ended();
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.Contains("ClusterException: Expected all workers to join", output, StringComparison.Ordinal);
        other.Stop();
        Assert.False(serving.IsCompletedSuccessfully);
    }

    [Fact(Explicit = true)]
    public void Worker_PortOfAnotherWorker_IsRefused()
    {
        int[] ports = ClusterProcess.FreePorts(1);
        using ClusterProcess worker = ClusterProcess.Worker(ports[0]);
        Wait(worker, "Ready");
        using ClusterProcess second = ClusterProcess.Worker(ports[0]);
        Assert.Contains("on which another process listens", second.Ended(), StringComparison.Ordinal);
        Assert.False(worker.HasExited);
    }

    [Fact(Explicit = true)]
    public void Minimize_TwoControllersAtTheSameWorkers_BothEndAtTheSameBits()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        using ClusterProcess undisturbed = Control(ports, "end=no");
        string bits = Line(undisturbed.Succeeded(), "upload bits");
        using ClusterProcess one = Control(ports, "end=no", "pause=30");
        using ClusterProcess other = Control(ports, "end=no", "pause=30");
        Assert.Equal(bits, Line(one.Succeeded(), "upload bits"));
        Assert.Equal(bits, Line(other.Succeeded(), "upload bits"));
    }

    [Theory(Explicit = true)]
    [InlineData("upload", "no", 0.3)]
    [InlineData("upload", "no", 0.9)]
    [InlineData("simulate", "no", 0.2)]
    [InlineData("simulate", "no", 0.6)]
    [InlineData("upload", "yes", 0.2)]
    [InlineData("upload", "yes", 0.5)]
    public void Minimize_WorkerKilledWhileItReceivesLoadsOrCompiles_EndsAtTheSameBits(string source, string compile, double seconds)
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = Simulator(ports[0]);
        using ClusterProcess second = Simulator(ports[1]);
        string[] settings = ["end=no", "rows=20000", "columns=100", $"sources={source}", $"compile={compile}", "iterations=8", "pause=150"];
        using ClusterProcess undisturbed = Control(ports, settings);
        string bits = Line(undisturbed.Succeeded(), $"{source} bits");
        using ClusterProcess controller = Control(ports, settings);
        Wait(controller, "worker 1 process");
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        second.Kill();
        using ClusterProcess another = Simulator(ports[1]);
        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine(Regex.Replace(output, "bits [0-9A-F]+", "bits"));
        Assert.Equal(bits, Line(output, $"{source} bits"));
        Assert.Contains("Lost worker 1", output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public void Minimize_FunctionOfTheWorkers_EqualsUploadedData()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = Simulator(ports[0]);
        using ClusterProcess second = Simulator(ports[1]);
        using ClusterProcess controller = Control(ports, "end=no", "sources=upload,simulate");
        string output = controller.Succeeded();
        Assert.Equal(Line(output, "upload bits")["upload ".Length..], Line(output, "simulate bits")["simulate ".Length..]);
        // One that the worker does not have, and one that fails there.
        using ClusterProcess unknown = Control(ports, "end=no", "sources=other");
        Assert.Contains("expected a function of the names npy, csv, simulate, received 'other'", unknown.Ended(), StringComparison.Ordinal);
        using ClusterProcess failing = Control(ports, "sources=simulate", "rows=1");
        Assert.Contains("part 0 of 2: expected a row for each part, received 1 rows", failing.Ended(), StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public void Minimize_FileThatChangedBeforeItIsLoadedAgain_EndsWithAMessage()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tflbfgs-cluster-test-");
        try
        {
            WriteData(folder.FullName);
            int[] ports = ClusterProcess.FreePorts(2);
            using ClusterProcess first = ClusterProcess.Worker(ports[0], folder.FullName);
            using ClusterProcess second = ClusterProcess.Worker(ports[1], folder.FullName);
            using ClusterProcess controller = Control(ports, "sources=npy", "pause=60");
            Wait(controller, "iteration 3");
            second.Kill();
            byte[] zeros = new byte[401 * sizeof(double)];
            NpyFile.Write(Path.Combine(folder.FullName, "y.npy"), StoredArray.FromBytes(DType.Float64, [401, 1], zeros));
            using ClusterProcess another = ClusterProcess.Worker(ports[1], folder.FullName);
            string output = controller.Ended();
            Assert.Contains("Part 1 of npy", output, StringComparison.Ordinal);
            Assert.Contains("have changed", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory(Explicit = true)]
    [InlineData("tfp")]
    [InlineData("batch")]
    public void Minimize_OtherMinimizersWhoseWorkerIsKilled_EndAtTheSameBits(string method)
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        string line = method == "batch" ? "batch bits" : "upload bits";
        string[] settings = ["end=no", $"method={method}", "iterations=20"];
        using ClusterProcess undisturbed = Control(ports, settings);
        string bits = Line(undisturbed.Succeeded(), line);
        using ClusterProcess controller = Control(ports, [.. settings, "pause=50"]);
        Wait(controller, "iteration 4");
        second.Kill();
        using ClusterProcess another = ClusterProcess.Worker(ports[1]);
        string output = controller.Succeeded();
        Assert.Contains("is back", output, StringComparison.Ordinal);
        Assert.Equal(bits, Line(output, line));
        using ClusterProcess moving = Control(ports, [.. settings, "pause=50", "replacement=0", "lost=move"]);
        Wait(moving, "iteration 4");
        another.Kill();
        Assert.Equal(bits, Line(moving.Succeeded(), line));
        // In one process.
        if (method == "batch")
            return;
        using ClusterProcess alone = ClusterProcess.Start("TfLbfgs.Tests.Probe.dll", null, ["cluster", "local", "shards=2", .. settings]);
        Assert.Equal(bits, Line(alone.Succeeded(), line));
    }

    [Fact(Explicit = true)]
    public void Minimize_FrozenWorkerWhosePartMayMove_GoesOnToTheSameBits()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        using ClusterProcess undisturbed = Control(ports, "end=no");
        string bits = Line(undisturbed.Succeeded(), "upload bits");
        using ClusterProcess controller = Control(
            ports, "pause=50", "evaluation=3", "answer=2", "replacement=0", "connect=20", "lost=move");
        Wait(controller, "iteration 3");
        ClusterFailureTests.Signal(second, "STOP");
        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.Contains("Part 1 moved", output, StringComparison.Ordinal);
        Assert.Equal(bits, Line(output, "upload bits"));
    }

    [Fact(Explicit = true)]
    public void Minimize_WorkerFrozenDuringUpload_ItsPartMovesAndTheBitsAreTheSame()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        string[] settings = ["rows=200000", "columns=50", "iterations=5"];
        using ClusterProcess undisturbed = Control(ports, [.. settings, "end=no"]);
        string bits = Line(undisturbed.Succeeded(), "upload bits");
        using ClusterProcess controller = Control(
            ports, [.. settings, "evaluation=3", "answer=2", "replacement=0", "connect=20", "lost=move"]);
        Wait(controller, "worker 1 process");
        ClusterFailureTests.Signal(second, "STOP");
        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.Contains("Part 1 moved", output, StringComparison.Ordinal);
        Assert.Equal(bits, Line(output, "upload bits"));
    }

    [Theory(Explicit = true)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1.3)]
    [InlineData(1.7)]
    public void Connect_WorkerKilledWhileItJoins_IsWaitedForOrNamed(double seconds)
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        Wait(first, "Ready");
        Wait(second, "Ready");
        using ClusterProcess controller = Control(ports, "connect=15");
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        second.Kill();
        using ClusterProcess another = ClusterProcess.Worker(ports[1]);
        string output = controller.Ended();
        TestContext.Current.TestOutputHelper?.WriteLine(Regex.Replace(output, "bits [0-9A-F]+", "bits"));
        Assert.True(
            output.Contains("upload bits", StringComparison.Ordinal)
                || Regex.IsMatch(output, "ClusterException: (Expected all workers to|worker 1 at)"),
            output);
    }

    /// <summary>A worker whose network is gone: no packet comes or goes, and no connection is refused. Needs root.</summary>
    [Fact(Explicit = true)]
    public void Minimize_WorkerThatIsCutOff_ItsPartMovesAndTheBitsAreTheSame()
    {
        string space = string.Create(CultureInfo.InvariantCulture, $"tfl{Environment.ProcessId}");
        Assert.SkipUnless(Run("ip", "netns", "add", space), "network namespaces need root");
        string link = $"{space}v";
        int network = 16 + (Environment.ProcessId % 200);
        try
        {
            Assert.True(Run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space));
            Assert.True(Run("ip", "addr", "add", $"10.214.{network}.1/24", "dev", link));
            Assert.True(Run("ip", "link", "set", link, "up"));
            Assert.True(Run("ip", "-n", space, "addr", "add", $"10.214.{network}.2/24", "dev", "eth0"));
            Assert.True(Run("ip", "-n", space, "link", "set", "eth0", "up"));
            Assert.True(Run("ip", "-n", space, "link", "set", "lo", "up"));
            int port = ClusterProcess.FreePorts(1)[0];
            using ClusterProcess near = ClusterProcess.Worker(port);
            using ClusterProcess far = ClusterProcess.StartIn(
                space, "TfLbfgs.Cli.dll", "worker", "--port", "7001", "--threads", "1", "--allow-unauthenticated");
            string workers = $"10.214.{network}.1:{port},10.214.{network}.2:7001";
            using ClusterProcess undisturbed = ClusterProcess.Start("TfLbfgs.Tests.Probe.dll", null, "cluster", workers, "end=no");
            string bits = Line(undisturbed.Succeeded(), "upload bits");
            using ClusterProcess controller = ClusterProcess.Start(
                "TfLbfgs.Tests.Probe.dll", null, "cluster", workers, "pause=50", "evaluation=3", "answer=2", "replacement=0", "connect=20",
                "lost=move");
            Wait(controller, "iteration 3");
            Assert.True(Run("ip", "-n", space, "link", "set", "eth0", "down"));
            string output = controller.Succeeded();
            TestContext.Current.TestOutputHelper?.WriteLine(output);
            Assert.Contains("Part 1 moved", output, StringComparison.Ordinal);
            Assert.Equal(bits, Line(output, "upload bits"));
        }
        finally
        {
            Run("ip", "link", "del", link);
            Run("ip", "netns", "del", space);
        }
    }

    [Fact(Explicit = true)]
    public void Minimize_WorkerThatIsHeldBack_IsReportedAsSlow()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        using ClusterProcess controller = Control(ports, "rows=60000", "columns=100", "iterations=120", "end=no");
        Wait(controller, "iteration 1");
        // Stops that are shorter than a computation and as frequent: longer ones would look like the network.
        string loop = $"exec 3<> <(:); while kill -STOP {second.Id}; do read -t 0.008 -u 3; kill -CONT {second.Id}; read -t 0.001 -u 3; "
            + "done";
        using Process brake = Process.Start(new ProcessStartInfo("bash", ["-c", loop]) { RedirectStandardError = true })!;
        controller.Ended();
        brake.Kill(entireProcessTree: true);
        ClusterFailureTests.Signal(second, "CONT");

        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join('\n', output.Split('\n').Where(line => !line.StartsWith("iteration", StringComparison.Ordinal))));
        Assert.Matches(@"objective: Part 1 on /job:worker/replica:0/task:1/device:CPU:0 is slow", output);
        Assert.DoesNotMatch("Part 0 on .* is slow", output);
    }

    [Fact(Explicit = true)]
    public void Add_WorkerThatJoinsLater_TakesItsShareOfTheSameParts()
    {
        int[] ports = ClusterProcess.FreePorts(3);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        using ClusterProcess third = ClusterProcess.Worker(ports[2]);
        Wait(third, "Ready");
        using ClusterProcess controller = Control(
            ports[..2], "shards=3", string.Create(CultureInfo.InvariantCulture, $"join=localhost:{ports[2]}"));
        string output = controller.Succeeded();
        Assert.Contains($"joined worker 2 at localhost:{ports[2]}", output, StringComparison.Ordinal);
        string[] bits = [.. output.Split('\n').Where(line => line.StartsWith("upload bits", StringComparison.Ordinal))];
        Assert.Equal(2, bits.Length);
        Assert.Equal(bits[0], bits[1]);
        Assert.Contains("task:2", output.Split("joined")[1], StringComparison.Ordinal);
        third.Succeeded();
    }

    [Fact(Explicit = true)]
    public void Controller_MakesAndFreesManyObjectives_KeepsThreadsFilesAndMemory()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        using ClusterProcess controller = Control(ports, "churn=200", "pause=-1", "end=no");
        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Line(output, "resources halfway")}\n{Line(output, "resources at the end")}");
        Assert.Contains("left 0 handles, 0 functions", output, StringComparison.Ordinal);
        int[] before = Numbers(Line(output, "resources halfway")), after = Numbers(Line(output, "resources at the end"));
        // Pools of threads grow by some; a leak would be one or more for each of 100 objectives.
        Assert.InRange(after[0], 0, before[0] + 20);
        Assert.InRange(after[1], 0, before[1] + 10);
        // A part has 0.8 MB: all would be 80.
        Assert.InRange(after[2], 0, before[2] + 40);
        // Controllers that come and go, at the same workers.
        for (int i = 0; i < 4; i++)
        {
            using ClusterProcess again = Control(ports, "iterations=2", "pause=-1", "end=no");
            again.Succeeded();
        }

        WorkerState afterFive = WorkerState.Of(first);
        for (int i = 0; i < 4; i++)
        {
            using ClusterProcess again = Control(ports, "iterations=2", "pause=-1", "end=no");
            again.Succeeded();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"worker after 5 controllers: {afterFive}; after 9: {WorkerState.Of(first)}");
    }

    /// <summary>TensorFlow keeps the parts of functions on the workers, about 1 MB for each of these objectives.</summary>
    [Fact(Explicit = true)]
    public void Rejoin_NowAndThen_FreesTheWorkersAndKeepsTheBits()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        using ClusterProcess controller = Control(ports, "churn=200", "rejoin=50", "pause=-1", "end=no");
        Wait(controller, "resources after 50");
        WorkerState early = WorkerState.Of(first);
        string output = controller.Succeeded();
        WorkerState late = WorkerState.Of(first);
        TestContext.Current.TestOutputHelper?.WriteLine($"{early}\n{late}");
        Assert.Contains("rejoined True", output, StringComparison.Ordinal);
        Assert.InRange(late.Megabytes, 0, early.Megabytes + 60);
    }

    [Fact(Explicit = true)]
    public void Doctor_Workers_ShowsVersionsClocksAndBandwidth()
    {
        int[] ports = ClusterProcess.FreePorts(2);
        using ClusterProcess first = ClusterProcess.Worker(ports[0]);
        using ClusterProcess second = ClusterProcess.Worker(ports[1]);
        Wait(first, "Ready");
        Wait(second, "Ready");
        TfLbfgs.Tests.Cli.CliRun run = TfLbfgs.Tests.Cli.CliProgram.RunWith(
            [], "doctor", "--json", "--allow-unauthenticated", "--cluster", ClusterProcess.Addresses(ports));
        IEnumerable<string> lines = run.Output.Split('\n').Where(line => line.Contains("Worker", StringComparison.Ordinal)
            || line.Contains(" us, clock", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', lines));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, run.Json.GetProperty("workers").GetArrayLength());
        foreach (System.Text.Json.JsonElement worker in run.Json.GetProperty("workers").EnumerateArray())
        {
            Assert.True(worker.GetProperty("answers").GetBoolean());
            Assert.Equal(TfRuntime.Version, worker.GetProperty("tensorflow").GetString());
            // The same clock.
            Assert.InRange(worker.GetProperty("clock_offset_seconds").GetDouble(), -0.05, 0.05);
            Assert.InRange(worker.GetProperty("op_seconds").GetDouble(), 1e-5, 1);
            Assert.InRange(worker.GetProperty("upload_bytes_per_second").GetDouble(), 1e6, 1e11);
            Assert.InRange(worker.GetProperty("download_bytes_per_second").GetDouble(), 1e6, 1e11);
        }
    }

    /// <summary>In a network namespace with the loopback alone no option is needed; needs root.</summary>
    [Fact(Explicit = true)]
    public void Worker_HostThatOnlyItselfReaches_StartsWithoutTheOption()
    {
        string space = string.Create(CultureInfo.InvariantCulture, $"tfl{Environment.ProcessId}");
        Assert.SkipUnless(Run("ip", "netns", "add", space), "network namespaces need root");
        try
        {
            Assert.True(Run("ip", "-n", space, "link", "set", "lo", "up"));
            using ClusterProcess worker = ClusterProcess.StartIn(space, "TfLbfgs.Cli.dll", "worker", "--port", "7001");
            Wait(worker, "Ready on port 7001");
            Assert.Contains("without authentication", worker.Output.Split("Ready")[0], StringComparison.Ordinal);
        }
        finally
        {
            Run("ip", "netns", "del", space);
        }
    }

    private static ClusterProcess Simulator(int port) =>
        ClusterProcess.Start("TfLbfgs.Tests.Probe.dll", null, "worker", port.ToString(CultureInfo.InvariantCulture), "-");

    /// <summary>Runs a command of the system; whether it succeeded.</summary>
    internal static bool Run(params string[] command)
    {
        using Process process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static int[] Numbers(string line) =>
        [.. Number().Matches(line).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture))];

    /// <summary>Sends settings, as any server of HTTP/2 does, and then nothing, or the end.</summary>
    private static async Task Serve(TcpListener listener, bool closes, CancellationToken cancellation)
    {
        List<TcpClient> open = [];
        while (true)
        {
            TcpClient client = await listener.AcceptTcpClientAsync(cancellation);
            try
            {
                await client.GetStream().WriteAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 }, cancellation);
            }
            catch (IOException)
            {
                // It has gone again.
            }

            if (closes)
                client.Dispose();
            else
                open.Add(client);
        }
    }

    /// <summary>What a process of a worker holds.</summary>
    private sealed record WorkerState(int Threads, int Files, int Megabytes)
    {
        public static WorkerState Of(ClusterProcess worker)
        {
            string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{worker.Id}");
            string resident = File.ReadLines($"{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            int threads = Directory.GetDirectories($"{process}/task").Length, files = Directory.GetFiles($"{process}/fd").Length;
            return new WorkerState(threads, files, Numbers(resident)[0] / 1000);
        }
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using TfLbfgs.Distribution;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

/// <summary>Issue 19: workers in processes of their own.</summary>
public sealed class ClusterTests
{
    [Fact]
    public void Minimize_TwoWorkersOneOfWhichIsKilled_EndsAtTheBitsOfOneProcess()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tflbfgs-cluster-test-");
        try
        {
            WriteData(folder.FullName);
            int[] ports = ClusterProcess.FreePorts(2);
            using ClusterProcess first = ClusterProcess.Worker(ports[0], folder.FullName);
            using ClusterProcess second = ClusterProcess.Worker(ports[1], folder.FullName);
            using ClusterProcess alone = ClusterProcess.Start(
                "TfLbfgs.Tests.Probe.dll", folder.FullName, "cluster", "local", "shards=2", "sources=upload,npy,csv");
            using ClusterProcess controller = Control(ports, "sources=upload,npy,csv", "pause=40", "diagnose=yes");
            Wait(controller, "csv placed");
            Wait(controller, "iteration 3", after: "csv placed");
            second.Kill();
            using ClusterProcess other = ClusterProcess.Worker(ports[1], folder.FullName);
            string output = controller.Succeeded();
            string expected = alone.Succeeded();
            Assert.Equal(Line(expected, "upload bits"), Line(output, "upload bits"));
            Assert.Equal(Line(expected, "npy bits"), Line(output, "npy bits"));
            Assert.Equal(Line(expected, "csv bits"), Line(output, "csv bits"));
            Assert.Contains($"Lost worker 1 at localhost:{ports[1]}", output, StringComparison.Ordinal);
            Assert.Contains("worker 1 at localhost", Line(output, "cluster: worker 1"), StringComparison.Ordinal);
            Assert.Contains("health True", output, StringComparison.Ordinal);
            // What TensorFlow keeps besides is its own, and in docs/cluster.md.
            Assert.Contains("left 0 handles, 0 functions", output, StringComparison.Ordinal);
            // The vector to each of two workers, and a gradient back.
            Assert.Contains("bytes 640", Line(output, "upload evaluation"), StringComparison.Ordinal);
            first.Succeeded();
            other.Succeeded();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Minimize_FourVirtualDevices_EndsAtTheBitsOfOne()
    {
        using ClusterProcess devices = ClusterProcess.Start("TfLbfgs.Tests.Probe.dll", null, "cluster", "devices", "cpus=4", "pause=-1");
        string[] bits = [.. devices.Succeeded().Split('\n').Where(line => line.StartsWith("upload bits", StringComparison.Ordinal))];
        Assert.Equal(2, bits.Length);
        Assert.Equal(bits[0], bits[1]);
        Assert.Contains("left 0 handles, 0 functions", devices.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_WorkerThatIsNotThere_SaysWhichAfterTheTimeLimit()
    {
        int port = ClusterProcess.FreePorts(1)[0];
        ClusterOptions options = new() { AllowUnauthenticated = true, ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        Refusal.Says<ClusterException>($"worker 0 at localhost:{port}", () => Cluster.Connect([$"localhost:{port}"], options));
        Assert.False(Cluster.IsReachable($"localhost:{port}", TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public void Check_HostThatOthersReach_IsRefusedUnlessAllowed()
    {
        Refusal.Says<ClusterException>("10.0.0.7", () => NetworkExposure.Check(false, "the option", ["10.0.0.7"]));
        NetworkExposure.Check(true, "the option", ["10.0.0.7"]);
        NetworkExposure.Check(false, "the option", []);
        Assert.Contains("without authentication", NetworkExposure.Warning(7001), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        ClusterOptions options = new() { AnswerTimeout = TimeSpan.Zero };
        Refusal.Says<TfLbfgsException>("AnswerTimeout", () => Cluster.Connect(["a:1"], options));
        Refusal.Says<TfLbfgsException>("host:port", () => Cluster.Connect(["a"]));
        Refusal.Says<TfLbfgsException>("Worker.Run", () => Cluster.Connect(new ClusterSpec(["a:1"], 0)));
        Refusal.Says<TfLbfgsException>("65535", () => Worker.Run(0));
    }

    [Fact]
    public void RunAndConnect_HostThatOthersReach_SayHowToAllowIt()
    {
        Assert.SkipWhen(NetworkExposure.Addresses().Count == 0, "only this host reaches itself");
        int port = ClusterProcess.FreePorts(1)[0];
        List<string> reported = [];
        Refusal.Says<ClusterException>("--allow-unauthenticated", () => Worker.Run(port, new WorkerOptions { Reported = reported.Add }));
        ClusterOptions options = new() { Reported = reported.Add };
        Refusal.Says<ClusterException>("ClusterOptions.AllowUnauthenticated", () => Cluster.Connect([$"localhost:{port}"], options));
        Assert.Empty(reported);
    }

    [Fact]
    public void RunAndConnect_PortOfAnotherServer_SayWhatIsThere()
    {
        using TcpListener other = new(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        Task answering = Task.Run(async () =>
        {
            while (true)
            {
                using TcpClient client = await other.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken);
        Refusal.Says<ClusterException>("free", () => Worker.Run(port, new WorkerOptions { AllowUnauthenticated = true }));
        ClusterOptions options = new() { AllowUnauthenticated = true, ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        Refusal.Says<ClusterException>("worker 0", () => Cluster.Connect([$"localhost:{port}"], options));
        other.Stop();
        Assert.True(answering.IsFaulted || !answering.IsCompletedSuccessfully);
    }

    /// <summary>Starts a controller of workers on this host.</summary>
    internal static ClusterProcess Control(int[] ports, params string[] settings) => ClusterProcess.Start(
        "TfLbfgs.Tests.Probe.dll", null, ["cluster", ClusterProcess.Addresses(ports), .. settings]);

    /// <summary>The first line that begins so.</summary>
    internal static string Line(string output, string start) =>
        output.Split('\n').FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))
        ?? throw new InvalidOperationException($"no line '{start}' in\n{output}");

    /// <summary>Waits until a process has said something.</summary>
    internal static void Wait(ClusterProcess process, string text, string? after = null)
    {
        DateTime end = DateTime.UtcNow + TimeSpan.FromMinutes(5);
        while (true)
        {
            string output = process.Output;
            int from = after is null ? 0 : output.IndexOf(after, StringComparison.Ordinal);
            if (from >= 0 && output.IndexOf(text, from, StringComparison.Ordinal) >= 0)
                return;
            Assert.True(DateTime.UtcNow < end && !process.HasExited, $"no '{text}' in\n{output}");
            Thread.Sleep(5);
        }
    }

    // The formulas of ClusterRun in the probe.
    private static double Input(long row, long column) => Math.Sin((1.7 * row) + (0.9 * column) + (0.01 * row * column));

    internal static void WriteData(string folder)
    {
        const int rows = 401, columns = 20;
        double[] x = [.. Enumerable.Range(0, rows * columns).Select(i => Input(i / columns, i % columns))];
        double[] y = [.. Enumerable.Range(0, rows).Select(i => Math.Cos(0.3 * i))];
        Write("x.npy", columns, x);
        Write("y.npy", 1, y);
        string[] header = [.. Enumerable.Range(0, columns).Select(i => $"x{i}"), "target"];
        IEnumerable<double[]> table = Enumerable.Range(0, rows).Select(row => (double[])[.. x.AsSpan(row * columns, columns), y[row]]);
        File.WriteAllLines(
            Path.Combine(folder, "data.csv"),
            table.Select(row => string.Join(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))))
                .Prepend(string.Join(',', header)));

        void Write(string name, long width, double[] values)
        {
            byte[] bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
            NpyFile.Write(Path.Combine(folder, name), StoredArray.FromBytes(DType.Float64, [rows, width], bytes));
        }
    }
}

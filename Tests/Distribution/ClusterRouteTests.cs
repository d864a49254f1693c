using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;
using static TfLbfgs.Tests.Distribution.ClusterTests;

namespace TfLbfgs.Tests.Distribution;

/// <summary>
/// Issue 19: a controller whose routes to workers are lost, each host in a network namespace of its own. Needs root; half a minute each.
/// </summary>
public sealed class ClusterRouteTests : IDisposable
{
    private const string Program = "TfLbfgs.Tests.Probe.dll";
    private static readonly string[] Limits = ["evaluation=3", "answer=2", "connect=6", "pause=50"];

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"tfr{Environment.ProcessId % 100_000}");
    private readonly int _network = 16 + (Environment.ProcessId % 200);
    private readonly List<ClusterProcess> _workers = [];
    private readonly List<string> _spaces = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tflbfgs-cluster-test-");

    private string Controller => _name + "c";

    private string State => Path.Combine(_folder.FullName, "run.state");

    [Theory(Explicit = true)]
    [InlineData("link", "Auto")]
    [InlineData("link", "Eager")]
    [InlineData("route", "Auto")]
    [InlineData("address", "Auto")]
    public void Minimize_RouteToAWorkerIsLost_EndsInTimeWithItsState(string what, string execution)
    {
        Start(2);
        using ClusterProcess controller = Control("replacement=0", $"checkpoint={State}", $"execution={execution}");
        Wait(controller, "iteration 3");
        Stopwatch watch = Stopwatch.StartNew();
        Cut(what);
        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s\n{output}");
        Assert.Matches("upload ended: .*worker 1 .*lost, and not replaced", output);
        Assert.True(File.Exists(State));
        // Evaluation, answers of two questions, a change of the cluster, and as much again for a loaded machine.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2 * (3 + (2 * 2) + 6));
    }

    [Theory(Explicit = true)]
    [InlineData("link", "Auto", "")]
    [InlineData("link", "Eager", "")]
    [InlineData("route", "Auto", "")]
    [InlineData("link", "Auto", "tfp")]
    public void Minimize_RouteToAWorkerIsLost_ItsPartMovesAndTheBitsAreTheSame(string what, string execution, string method)
    {
        Start(2);
        string[] settings = ["end=no", $"execution={execution}", $"method={method}"];
        using ClusterProcess undisturbed = Control(settings);
        string bits = Line(undisturbed.Succeeded(), "upload bits");
        using ClusterProcess controller = Control([.. settings, "replacement=0", "lost=move"]);
        Wait(controller, "iteration 3");
        Cut(what);
        string output = controller.Succeeded();
        Assert.Contains("Part 1 moved", output, StringComparison.Ordinal);
        Assert.Equal(bits, Line(output, "upload bits"));
    }

    [Theory(Explicit = true)]
    [InlineData("link", "Auto")]
    [InlineData("link", "Eager")]
    [InlineData("address", "Auto")]
    public void Minimize_RouteComesBackAfterTwentySeconds_EndsAtTheSameBits(string what, string execution)
    {
        Start(2);
        string[] settings = ["end=no", $"execution={execution}"];
        using ClusterProcess undisturbed = Control(settings);
        string bits = Line(undisturbed.Succeeded(), "upload bits");
        using ClusterProcess controller = Control([.. settings, "replacement=60"]);
        Wait(controller, "iteration 3");
        Cut(what);
        Thread.Sleep(TimeSpan.FromSeconds(20));
        Restore(what);
        string output = controller.Succeeded();
        Assert.Contains("is back", output, StringComparison.Ordinal);
        Assert.Equal(bits, Line(output, "upload bits"));
    }

    /// <summary>
    /// What asks the silent worker is on its way for ever: a change of the cluster must not wait for it with TensorFlow's lock.
    /// </summary>
    [Theory(Explicit = true)]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(100)]
    public void Add_WorkerWhoseRouteIsLostWhileItJoins_TheRunEndsOrGoesOn(int milliseconds)
    {
        Start(3);
        using ClusterProcess controller = Control(
            "replacement=0", "end=no", "joinat=4", $"join={Address(2)}", $"checkpoint={State}");
        Wait(controller, "joining");
        Thread.Sleep(milliseconds);
        Run("ip", "-n", Controller, "link", "set", "v2", "down");
        string output = controller.Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine(Regex.Replace(output, "bits [0-9A-F]+", "bits"));
        Assert.True(File.Exists(State));
    }

    [Fact(Explicit = true)]
    public void Connect_WorkerThatDoesNotReachTheController_IsNamed()
    {
        Start(2);
        Run("ip", "-n", _name + "w0", "route", "del", "default");
        using ClusterProcess controller = Control();
        string output = controller.Ended();
        Assert.Contains("worker 0 at", output, StringComparison.Ordinal);
        Assert.Contains("expected a worker that reaches this process at", output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        foreach (ClusterProcess worker in _workers)
            worker.Dispose();
        foreach (string space in _spaces)
            ClusterAttackTests.Run("ip", "netns", "del", space);
        _folder.Delete(recursive: true);
    }

    /// <summary>Makes hosts, each of which reaches the controller alone, and starts workers there.</summary>
    private void Start(int workers)
    {
        Assert.SkipUnless(ClusterAttackTests.Run("ip", "netns", "add", Controller), "network namespaces need root");
        _spaces.Add(Controller);
        Run("ip", "-n", Controller, "link", "set", "lo", "up");
        for (int i = 0; i < workers; i++)
        {
            string space = string.Create(CultureInfo.InvariantCulture, $"{_name}w{i}");
            string link = string.Create(CultureInfo.InvariantCulture, $"v{i}");
            Run("ip", "netns", "add", space);
            _spaces.Add(space);
            Run("ip", "-n", Controller, "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space);
            Run("ip", "-n", Controller, "addr", "add", Net(i, 1) + "/24", "dev", link);
            Run("ip", "-n", Controller, "link", "set", link, "up");
            Run("ip", "-n", space, "addr", "add", Net(i, 2) + "/24", "dev", "eth0");
            Run("ip", "-n", space, "link", "set", "eth0", "up");
            Run("ip", "-n", space, "link", "set", "lo", "up");
            Run("ip", "-n", space, "route", "add", "default", "via", Net(i, 1));
            _workers.Add(ClusterProcess.StartIn(
                space, "TfLbfgs.Cli.dll", "worker", "--port", "7001", "--threads", "1", "--allow-unauthenticated"));
        }

        foreach (ClusterProcess worker in _workers)
            Wait(worker, "Ready");
    }

    private ClusterProcess Control(params string[] settings) =>
        ClusterProcess.StartIn(Controller, Program, ["cluster", Addresses(2), .. Limits, .. settings]);

    private string Addresses(int count) => string.Join(',', Enumerable.Range(0, count).Select(Address));

    private string Address(int worker) => Net(worker, 2) + ":7001";

    private string Net(int worker, int host) => string.Create(CultureInfo.InvariantCulture, $"10.{217 + worker}.{_network}.{host}");

    /// <summary>The interface; the route to the worker alone; or the address at which workers reach the controller.</summary>
    private void Cut(string what) => Run(["ip", "-n", Controller, .. what switch
    {
        "link" => (string[])["link", "set", "v1", "down"],
        "route" => ["route", "add", "unreachable", Net(1, 2)],
        _ => ["addr", "flush", "dev", "v1"],
    }]);

    private void Restore(string what) => Run(["ip", "-n", Controller, .. what switch
    {
        "link" => (string[])["link", "set", "v1", "up"],
        "route" => ["route", "del", "unreachable", Net(1, 2)],
        _ => ["addr", "add", Net(1, 1) + "/24", "dev", "v1"],
    }]);

    private static void Run(params string[] command) => Assert.True(ClusterAttackTests.Run(command), string.Join(' ', command));
}

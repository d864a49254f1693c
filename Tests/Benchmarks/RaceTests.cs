using System.Diagnostics;
using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Running;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Tests.Saving;
using Xunit;

namespace TfLbfgs.Tests.Benchmarks;

/// <summary>What becomes of a peer that is slow, broken or talkative; peers are shell scripts here.</summary>
public sealed class RaceTests
{
    private static readonly MeasuringOptions Options = new(null, 3, WithTarget: true);

    [Fact]
    public async Task RunAsync_OfPeerOverTheLimit_KillsItWithItsChildren()
    {
        using ScratchFolder folder = new();
        string childId = folder.File("child");
        BenchmarkRow row = await RunAsync($"sleep 300 & echo $! > '{childId}'; wait", TimeSpan.FromSeconds(3));
        Assert.Equal("not reached: over 3 s", row.Note);
        Assert.Null(row.SecondsToTarget);
        Assert.Equal(("rosenbrock", "fake", 1e-10), (row.Workload, row.Solver, row.Target));
        string child = (await File.ReadAllTextAsync(childId, TestContext.Current.CancellationToken)).Trim();
        // Killed, it is gone, or a zombie until whoever adopted it takes notice; the signal takes its time to arrive.
        Assert.True(SpinWait.SpinUntil(() => State(child) is "gone" or "Z" or "X", TimeSpan.FromSeconds(60)), State(child));
    }

    [Fact]
    public async Task RunAsync_OfPeerThatFails_SaysWhatItSaid()
    {
        BenchmarkRow row = await RunAsync("echo working; echo 'no module named tensorflow' >&2; exit 3");
        Assert.Equal("failed with exit code 3: no module named tensorflow", row.Note);
    }

    [Theory]
    [InlineData("echo done", "failed with exit code 0: done")]
    [InlineData("true", "failed with exit code 0: it printed nothing")]
    [InlineData("echo '{\"workload\": 5}'", "printed no row: ")]
    public async Task RunAsync_OfPeerWithoutRow_SaysSo(string script, string note) =>
        Assert.StartsWith(note, (await RunAsync(script)).Note, StringComparison.Ordinal);

    [Theory]
    [InlineData(0.5, 0.25)]
    [InlineData(0.125, 0.125)]
    public async Task RepeatAsync_OfPeerThatReachedTheTarget_RunsThatManyIterationsAndKeepsTheBest(double before, double best)
    {
        // The fake takes its first_seconds from the iterations that it is asked for.
        const string script =
            """n=${*##*--iterations }; case "$*" in *--no-target*) echo noise; echo "{\"workload\": \"$1\", \"solver\": \"x\", \"seconds\": 0.25, \"first_seconds\": ${n%% *}}" ;; esac""";
        Competitor fake = Fake(script);
        BenchmarkRow row =
            new() { Workload = "rosenbrock", Solver = "fake", IterationsToTarget = 42, SecondsToTarget = before, FirstSeconds = 9 };
        row = await Race(TimeSpan.FromSeconds(60))
            .RepeatAsync(row, fake, Workload.Find("rosenbrock"), TestContext.Current.CancellationToken);
        Assert.Equal((42, best, 9.0, 42.0), (row.IterationsToTarget, row.SecondsToTarget, row.FirstSeconds, row.FirstSecondsToTarget));
        Assert.Null(row.Note);
    }

    [Fact]
    public async Task RepeatAsync_OfPeerThatDidNotReachTheTarget_RunsNothing()
    {
        BenchmarkRow row = new() { Workload = "rosenbrock", Solver = "fake", Note = "not reached" };
        Assert.Same(row,
            await Race(TimeSpan.FromSeconds(60))
            .RepeatAsync(row, Fake("exit 1"), Workload.Find("rosenbrock"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RepeatAsync_ThatFails_KeepsWhatWasMeasured()
    {
        BenchmarkRow row = new() { Workload = "rosenbrock", Solver = "fake", IterationsToTarget = 42, SecondsToTarget = 0.5 };
        row = await Race(TimeSpan.FromSeconds(60))
            .RepeatAsync(row, Fake("exit 1"), Workload.Find("rosenbrock"), TestContext.Current.CancellationToken);
        Assert.Equal((0.5, null), (row.SecondsToTarget, row.FirstSecondsToTarget));
    }

    [Fact]
    public async Task RunAsync_WhenCancelled_Throws()
    {
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync("sleep 300", cancellation: source.Token));
    }

    [Fact]
    public void Find_OfFolderWithoutBenchmark_IsRefused()
    {
        using ScratchFolder folder = new();
        Assert.Contains("bench.py", Assert.Throws<TfLbfgsException>(() => PeersFolder.Find(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OfFolderWithBenchmark_HasThePeersWithTheirFlattening()
    {
        using ScratchFolder folder = new();
        File.WriteAllText(folder.File("bench.py"), "");
        Directory.CreateDirectory(folder.File("torchsharp"));
        File.WriteAllText(folder.File("torchsharp/run"), "");
        Competitor[] peers = [.. PeersFolder.Find(folder.Path)!.Competitors()];
        Assert.Equal(
            [("tfp-eager", "dynamic"), ("tfp-graph", "split"), ("tfp-xla", "split"), ("scipy", "split"), ("torchsharp", null)],
            peers.Select(peer => (peer.Name, peer.Flatten)));
        ProcessStartInfo eager = peers[0].Command("seed", ["--reps", "2"]);
        Assert.Equal(folder.File("python"), eager.FileName);
        Assert.Equal([folder.File("bench.py"), "seed", "tfp-eager", "--flatten", "dynamic", "--reps", "2"], eager.ArgumentList);
        Assert.Equal(["seed", "--reps", "2"], peers[4].Command("seed", ["--reps", "2"]).ArgumentList);
    }

    private static string State(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[1][..1];
        }
        catch (IOException)
        {
            return "gone";
        }
    }

    private static Task<BenchmarkRow> RunAsync(string script, TimeSpan? limit = null, CancellationToken? cancellation = null) =>
        Race(limit ?? TimeSpan.FromSeconds(60))
            .RunAsync(Fake(script), Workload.Find("rosenbrock"), cancellation ?? TestContext.Current.CancellationToken);

    private static Race Race(TimeSpan limit) => new(Options, limit);

    private static Competitor Fake(string script) =>
        new("fake", "split", IsOwn: false, (workload, more) => new ProcessStartInfo("/bin/sh", ["-c", script, "fake", workload, .. more]));
}

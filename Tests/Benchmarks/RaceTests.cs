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
        BenchmarkRow row = await RunAsync($"sleep 300 & echo $! > '{childId}'; wait", TimeSpan.FromSeconds(1));
        Assert.Equal("not reached: over 1 s", row.Note);
        Assert.Null(row.SecondsToTarget);
        Assert.Equal(("rosenbrock", "fake", 1e-10), (row.Workload, row.Solver, row.Target));
        string child = (await File.ReadAllTextAsync(childId, TestContext.Current.CancellationToken)).Trim();
        // Killed, it is gone, or a zombie until whoever adopted it takes notice.
        string state = File.Exists($"/proc/{child}/stat") ? (await File.ReadAllTextAsync($"/proc/{child}/stat", TestContext.Current.CancellationToken)).Split(") ")[1][..1] : "gone";
        Assert.Contains(state, (string[])["gone", "Z", "X"]);
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

    [Fact]
    public async Task RunAsync_OfPeerThatReachesTheTarget_RunsItAgainForTheFirstTime()
    {
        // The second run must be of the fewest iterations; the fake takes its first_seconds from that argument.
        const string script = """
            echo noise
            case "$*" in
              *--no-target*) n=${*##*--iterations }; echo "{\"workload\": \"$1\", \"solver\": \"x\", \"first_seconds\": ${n%% *}}" ;;
              *) echo "{\"workload\": \"$1\", \"solver\": \"x\", \"iterations_to_target\": 42, \"seconds_to_target\": 0.5, \"first_seconds\": 9}" ;;
            esac
            """;
        BenchmarkRow row = await RunAsync(script);
        Assert.Equal((42, 0.5, 9.0, 42.0), (row.IterationsToTarget, row.SecondsToTarget, row.FirstSeconds, row.FirstSecondsToTarget));
        Assert.Equal("split", row.Flatten);
        Assert.Null(row.Note);
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

    private static Task<BenchmarkRow> RunAsync(string script, TimeSpan? limit = null, CancellationToken? cancellation = null)
    {
        Competitor fake = new("fake", "split", IsOwn: false, (workload, more) => new ProcessStartInfo("/bin/sh", ["-c", script, "fake", workload, .. more]));
        return new Race(Options, limit ?? TimeSpan.FromSeconds(60)).RunAsync(fake, Workload.Find("rosenbrock"), cancellation ?? TestContext.Current.CancellationToken);
    }
}

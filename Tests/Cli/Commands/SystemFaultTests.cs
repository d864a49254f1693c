using System.Diagnostics;
using System.Globalization;
using System.Text;
using TfLbfgs.Keras;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>
/// The attacks that need a process, a tracer or a small disk: errors of the disk, kills at the worst moment, signals while XLA compiles.
/// They run with <c>--explicit on</c>.
/// </summary>
public class SystemFaultTests : CommandTestBase
{
    private static string Data =>
        "a,b,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i % 7},{i % 5},{Math.Sin(i)}\n")));

    [Theory(Explicit = true)]
    [InlineData("EIO")]
    [InlineData("ENOSPC")]
    [InlineData("EDQUOT")]
    public void Refine_DiskThatDoesNotTakeTheContent_NeverSaysWroteAndKeepsTheOldFile(string error)
    {
        NeedTracer();
        Prepare();
        byte[] old = File.ReadAllBytes(Folder.At("o.h5"));
        CliRun run = Traced(
            $"-e trace=fsync -e inject=fsync:error={error}", "refine m.h5 --data d.csv --target y --max-iterations 3 --output o.h5 --json");
        Assert.Equal(2, run.ExitCode);
        Assert.DoesNotContain("Wrote", run.Output, StringComparison.Ordinal);
        Assert.Contains("cannot be flushed", run.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(old, File.ReadAllBytes(Folder.At("o.h5")));
        Assert.Equal(["d.csv", "m.h5", "o.h5"], Files());
    }

    [Fact(Explicit = true)]
    public void Refine_OneFlushFails_SavedElsewhere()
    {
        NeedTracer();
        Prepare();
        // The first flushes are those of the probes, which refuse the place before any work.
        for (int when = 1; when <= 4; when++)
        {
            CliRun run = Traced($"-e trace=fsync -e inject=fsync:error=EIO:when={when}",
                "refine m.h5 --data d.csv --target y --max-iterations 3 --output o.h5 --json");
            Assert.True(run.ExitCode is 2 or 3, $"{when}: {run.ExitCode} {run.Error}");
            if (run.ExitCode != 3)
                continue;
            string place = run.Texts("files")[0];
            Assert.NotEqual(Folder.At("o.h5"), place);
            Load(place);
            File.Delete(place);
            return;
        }

        Assert.Fail("no failure of a flush led to another place");
    }

    [Fact(Explicit = true)]
    public void Refine_KilledBetweenModelAndScaling_ThePairIsRefusedOrRight()
    {
        NeedTracer();
        Prepare();
        CliProgram.Run("refine", Folder.At("m.h5"), "--data", Folder.At("d.csv"), "--target", "y", "--max-iterations", "2", "--output",
            Folder.At("o.h5"), "--standardize").Succeeded();
        Text("e.csv", Data.Replace("1,", "900,", StringComparison.Ordinal));
        int killed = 0;
        for (int when = 1; when <= 4; when++)
        {
            CliRun run = Traced($"-e trace=rename,renameat,renameat2 -e inject=rename,renameat,renameat2:signal=SIGKILL:when={when}",
                "refine m.h5 --data e.csv --target y --max-iterations 2 --output o.h5 --standardize");
            killed += run.ExitCode == 0 ? 0 : 1;
            CliRun predicted = CliProgram.Run("predict", Folder.At("o.h5"), "--data", Folder.At("d.csv"), "--output", Folder.At("p.csv"));
            Assert.True(predicted.ExitCode == 0 || predicted.Error.Contains("remove it", StringComparison.Ordinal), predicted.Error);
            // The next process that writes into the folder removes what the killed one left.
            CliProgram.Shell(
                $"cd {Folder.Path}; $TOOL refine m.h5 --data d.csv --target y --max-iterations 2 --output o.h5 --standardize").Succeeded();
            Assert.DoesNotContain(Files(), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        }

        Assert.True(killed >= 2, $"only {killed} runs were killed");
    }

    [Fact(Explicit = true)]
    public async Task Refine_SignalWhileXlaCompiles_SavesTheStart()
    {
        SampleModels.Save(Folder.At("m.h5"), 64, 10, "softmax", units: 400);
        using Process process = CliProgram.Start(
            "refine", Folder.At("m.h5"), "--data", Digits, "--target", "digit", "--loss", "sparse_categorical_crossentropy", "--xla",
            "--tolerance", "0", "--max-iterations", "1000000", "--output", Folder.At("o.h5"), "--json");
        StringBuilder said = new();
        while (!said.ToString().Contains("XLA compiles", StringComparison.Ordinal))
            said.AppendLine(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Stopwatch watch = Stopwatch.StartNew();
        // SIGINT is ignored in what a shell starts in the background, and in its children.
        Signal("TERM", process);
        CliRun run = CliProgram.Finish(process);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"ended after {watch.Elapsed.TotalSeconds:F2} s, {run.Number("iterations")} iterations");
        Assert.Equal(143, run.ExitCode);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        Load(Folder.At("o.h5"));
    }

    [Fact(Explicit = true)]
    public void Predict_DiskFullHalfWay_AllRowsElsewhereAndExitCode3()
    {
        string disk = SmallDisk("128k");
        SampleModels.Save(Folder.At("m.h5"), 2);
        string[] rows = [.. Enumerable.Range(0, 40_000).Select(i => FormattableString.Invariant($"{i % 7},{i * 0.001}"))];
        Text("d.csv", "a,b\n" + string.Join('\n', rows) + "\n");
        CliProgram.Run("predict", Folder.At("m.h5"), "--data", Folder.At("d.csv"), "--output", Folder.At("whole.csv")).Succeeded();
        CliRun run = InNamespace(
            $"$TOOL predict m.h5 --data d.csv --output {disk}/p.csv --json; code=$?; ls -A {disk} >left; exit $code", disk, "128k");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal("", File.ReadAllText(Folder.At("left")));
        string place = Assert.Single(run.Texts("files"));
        Assert.StartsWith(
            Path.Combine(disk, "p.csv") + " could not be written", Assert.Single(run.Texts("warnings")), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Folder.At("whole.csv")), File.ReadAllText(place));
        File.Delete(place);
    }

    [Fact(Explicit = true)]
    public async Task Predict_KilledWhileItWrites_TheNextRunRemovesWhatIsLeft()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        await Process.Start("mkfifo", [Folder.At("pipe")]).WaitForExitAsync(TestContext.Current.CancellationToken);
        using Process process = CliProgram.Start("predict", Folder.At("m.h5"), "--data", Folder.At("pipe"), "--output", Folder.At("p.csv"));
        await using (StreamWriter pipe = new(Folder.At("pipe")))
        {
            await pipe.WriteAsync("a,b\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i},1\n")));
            await pipe.FlushAsync(TestContext.Current.CancellationToken);
            while (!Files().Any(file => file.EndsWith(".tmp", StringComparison.Ordinal)))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            Signal("KILL", process);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains(Files(), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.False(File.Exists(Folder.At("p.csv")));
        using Process next = CliProgram.Start(
            "predict", Folder.At("m.h5"), "--data", Text("d.csv", "a,b\n1,2\n"), "--output", Folder.At("p.csv"));
        CliProgram.Finish(next).Succeeded();
        Assert.Equal(["d.csv", "m.h5", "p.csv", "pipe"], Files());
    }

    private static void NeedTracer() =>
        Assert.SkipWhen(CliProgram.Shell("strace -qq -e trace=none true").ExitCode != 0, "strace is not installed, or may not trace here");

    private static void Signal(string name, Process process) =>
        Process.Start("kill", [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    private static void Load(string path)
    {
        using Model model = Model.Load(path);
        Assert.Equal(4, model.Variables.Count);
    }

    private void Prepare()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        Text("d.csv", Data);
        File.Copy(Folder.At("m.h5"), Folder.At("o.h5"));
    }

    private CliRun Traced(string faults, string line) =>
        CliProgram.Shell($"cd {Folder.Path}; exec strace -qq -f -o /dev/null {faults} $TOOL {line}");

    // A place on which a small disk is mounted, in a namespace that ends with the process.
    private string SmallDisk(string size)
    {
        string disk = Folder.At("disk");
        Directory.CreateDirectory(disk);
        Assert.SkipWhen(
            InNamespace("true", disk, size).ExitCode != 0, "a small disk cannot be mounted here: no rights for unshare and mount");
        return disk;
    }

    private CliRun InNamespace(string line, string disk, string size) => CliProgram.Shell(
        $"cd {Folder.Path}; export TOOL; exec unshare --mount --map-root-user sh -c 'mount -t tmpfs -o size={size} none {disk} && {{ "
            + $"{line}; }}'");
}

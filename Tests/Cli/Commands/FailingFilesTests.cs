using TfLbfgs.Keras;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>What cannot be written is a warning: the result of the computation is saved.</summary>
public class FailingFilesTests : CommandTestBase
{
    private static string Data =>
        "a,b,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i % 7},{i % 5},{Math.Sin(i)}\n")));

    [Fact]
    public void Refine_LogOnAFullDisk_SavedWithAWarning()
    {
        CliRun run = CliProgram.Run(
            "refine", SampleModels.Save(Folder.At("m.h5"), 2), "--data", Text("d.csv", Data), "--target", "y", "--max-iterations", "9",
                "--csv", "/dev/full", "--output", Folder.At("o.h5"), "--json").Succeeded();
        Assert.Contains("/dev/full could not be written", Assert.Single(run.Texts("warnings")), StringComparison.Ordinal);
        Assert.Equal([Folder.At("o.h5")], run.Texts("files"));
        Assert.Equal(9, run.Number("iterations"));
        Assert.Contains("warning: /dev/full", run.Output, StringComparison.Ordinal);
        Load(Folder.At("o.h5"));
    }

    [Fact]
    public async Task Refine_FolderRemovedWhileItRuns_SavedElsewhere()
    {
        string folder = Folder.At("out"), log = Folder.At("log.csv");
        Directory.CreateDirectory(folder);
        Task remover = Task.Run(
            async () =>
            {
                while (!File.Exists(log) || new FileInfo(log).Length < 300)
                    await Task.Delay(1, TestContext.Current.CancellationToken);
                Directory.Delete(folder, recursive: true);
            },
            TestContext.Current.CancellationToken);
        CliRun run = CliProgram.Run(
            "refine", SampleModels.Save(Folder.At("m.h5"), 2), "--data", Text("d.csv", Data), "--target", "y", "--max-iterations", "100000",
                "--tolerance", "0", "--max-seconds", "0.7", "--csv", log,
            "--plot", Path.Combine(folder, "plot.png"), "--checkpoint", Path.Combine(folder, "state"), "--output",
                Path.Combine(folder, "o.h5"), "--json");
        await remover;
        Assert.Equal(3, run.ExitCode);
        string place = Assert.Single(run.Texts("files"), file => file.EndsWith(".h5", StringComparison.Ordinal));
        Assert.NotEqual(Path.Combine(folder, "o.h5"), place);
        Load(place);
        File.Delete(place);
        string[] warnings = run.Texts("warnings");
        Assert.Contains(warnings, warning => warning.Contains("--checkpoint", StringComparison.Ordinal)
            && warning.Contains("goes on without", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("plot.png could not be written", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("The result was saved as", StringComparison.Ordinal));
    }

    [Fact]
    public void Refine_StreamsFullOrClosedAndFilesLimited_SavedAll()
    {
        // The limit of the size of files fails as a full disk does; its signal is not the end of the run.
        SampleModels.Save(Folder.At("m.h5"), 2);
        Text("d.csv", Data);
        CliRun run = CliProgram.Shell(
            $"cd {Folder.Path}; export DOTNET_EnableWriteXorExecute=0; ulimit -f 24; $TOOL refine m.h5 --data d.csv --target y "
                + "--tolerance 0 --max-iterations 400 --output o.h5 --checkpoint n.state --csv log.csv >/dev/full");
        Assert.True(run.ExitCode == 3, $"{run.ExitCode} {run.Error}");
        Assert.Contains("stdout could not be written", run.Error, StringComparison.Ordinal);
        Load(Folder.At("o.h5"));
        Assert.Equal(0, CliProgram.Shell($"cd {Folder.Path}; cat d.csv | $TOOL refine m.h5 --data /dev/stdin --target y --max-iterations "
            + "2 --output closed.h5 >&- 2>&-; test -f closed.h5").ExitCode);
        Load(Folder.At("closed.h5"));
        // An error that cannot be shown still has its exit code.
        Assert.Equal(2, CliProgram.Shell($"cd {Folder.Path}; $TOOL predict none.h5 --data d.csv --output p.csv 2>&-").ExitCode);
        Assert.DoesNotContain(Files(), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static void Load(string path)
    {
        using Model model = Model.Load(path);
        Assert.Equal(4, model.Variables.Count);
    }
}

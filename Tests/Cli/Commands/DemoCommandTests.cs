using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

public class DemoCommandTests : CommandTestBase
{
    [Fact]
    public void Demo_FewIterations_FiguresAndJson()
    {
        string folder = Folder.At("new");
        CliRun run = CliProgram.Run("demo", "--max-iterations", "30", "--output", folder, "--json").Succeeded();
        Assert.Equal("iteration_limit", run.Json.GetProperty("reason").GetString());
        Assert.Equal(30, run.Number("iterations"));
        Assert.InRange(run.Number("evaluations"), 30, 90);
        Assert.InRange(run.Number("reads"), 30, run.Number("evaluations") + 30);
        Assert.InRange(run.Number("loss_after"), 0, run.Number("loss_before") / 5);
        Assert.True(run.Number("seconds") > 0);
        Assert.Equal([Path.Combine(folder, "demo-loss.png"), Path.Combine(folder, "demo-surface.png")], run.Texts("files"));
        foreach (string file in run.Texts("files"))
        {
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(file)[..4]);
            Assert.Contains($"Wrote {file}", run.Output, StringComparison.Ordinal);
        }

        Assert.Equal(2, Directory.GetFiles(folder).Length);
        Assert.Contains("Reached the limit of 30 iterations", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n +20 +\d+ +\d\.\d+e-\d\d", run.Output);
    }

    [Fact]
    public void Demo_SameSeed_SameLoss()
    {
        double[] losses =
            [.. new[] { "1", "1", "2" }.Select(seed =>
            CliProgram.Run("demo", "--max-iterations", "3", "--seed", seed, "--output", Folder.Path, "--json").Succeeded()
            .Number("loss_after"))];
        Assert.Equal(losses[0], losses[1]);
        Assert.NotEqual(losses[0], losses[2]);
    }

    [Fact]
    public void Demo_Target_Reached()
    {
        CliRun run = CliProgram.Run("demo", "--target-loss", "0.01", "--output", Folder.Path, "--json").Succeeded();
        Assert.Equal("target_reached", run.Json.GetProperty("reason").GetString());
        Assert.True(run.Number("loss_after") <= 0.01);
    }

    [Fact]
    public void Demo_Logs_WrittenWhileItRuns()
    {
        string csv = Folder.At("run.csv"), events = Folder.At("events");
        CliRun run =
            CliProgram.Run("demo", "--max-iterations", "12", "--output", Folder.Path, "--csv", csv, "--tensorboard", events, "--json")
            .Succeeded();
        Assert.Equal(14, File.ReadAllLines(csv).Length);
        Assert.Equal(run.Number("loss_after"), Column(csv, 2)[^1]);
        Assert.True(new FileInfo(Assert.Single(Directory.GetFiles(events))).Length > 1000);
        Assert.Equal([csv, events], run.Texts("files")[2..]);
    }

    [Theory]
    [InlineData("no_improvement", "--patience", "2", "--min-improvement", "0.5")]
    [InlineData("evaluation_limit", "--max-evaluations", "5")]
    [InlineData("time_limit", "--max-seconds", "0.001")]
    public void Demo_EarlyEnd_ReasonIsNamed(string reason, params string[] options)
    {
        CliRun run = CliProgram.Run(["demo", .. options, "--output", Folder.Path, "--json"]).Succeeded();
        Assert.Equal(reason, run.Json.GetProperty("reason").GetString());
    }

    [Fact]
    public void Demo_FolderNotWritable_Refused() => CliProgram.Run("demo", "--output", "/proc/none").Refused("--output", "/proc/none");
}

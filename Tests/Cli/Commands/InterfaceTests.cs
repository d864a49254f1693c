using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TfLbfgs.Cli.Data;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>One JSON object in every case, bounded messages, nothing that commands the terminal.</summary>
public class InterfaceTests : CommandTestBase
{
    [Theory]
    [InlineData("foo")]
    [InlineData("refine m.h5 --nonsense")]
    [InlineData("refine")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --tolerance -1")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --max-iterations x")]
    [InlineData("refine m.h5 --data d.csv --target y")]
    [InlineData("predict m.h5 --output")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --csv")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --report --standardize")]
    [InlineData("predict m.h5 --data d.csv --ignore -o p.csv --output p.csv")]
    [InlineData("predict m.h5 --data @d.csv --output p.csv")]
    [InlineData("predict m.h5 --data= --output p.csv")]
    [InlineData("predict none.h5 --data none.csv --output p.csv")]
    [InlineData("predict none.h5 --data none.csv --output p.csv --batch-size 0")]
    [InlineData("train --data none.csv --target y --output o.h5 --layers 0")]
    [InlineData("train --data none.csv --target y --output o.h5 --activation none")]
    [InlineData("evaluate none.h5 --data none.csv --target y --loss l")]
    [InlineData("inspect none")]
    [InlineData("convert none none.npz")]
    [InlineData("completion tcsh")]
    [InlineData("demo --output /proc/none")]
    public void Json_Errors_OneObjectWithTheError(string line)
    {
        foreach (string[] arguments in (string[][])[[.. line.Split(' '), "--json"], ["--json", .. line.Split(' ')]])
        {
            CliRun run = CliProgram.Run(arguments);
            run.Refused();
            using JsonDocument json = JsonDocument.Parse(run.Output);
            Assert.Equal($"error: {json.RootElement.GetProperty("error").GetString()}\n", run.Error);
            Assert.Single(json.RootElement.EnumerateObject());
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("refine --help")]
    [InlineData("--version")]
    [InlineData("completion bash")]
    public void Json_Texts_OneObject(string line)
    {
        CliRun run = CliProgram.Run([.. line.Split(' '), "--json"]).Succeeded();
        Assert.Equal(JsonValueKind.Object, run.Json.ValueKind);
    }

    [Fact]
    public void ResponseFile_OfArguments_IsNotRead()
    {
        Text("secret", "root:x:0:0");
        CliRun run =
            CliProgram.Run("predict", "@" + Folder.At("secret"), "--data", "@" + Folder.At("secret"), "--output", Folder.At("p.csv"));
        run.Refused();
        Assert.DoesNotContain("root:x", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_TextFromFiles_CannotCommandTheTerminal()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        CliRun run =
            CliProgram.Run("predict", Folder.At("m.h5"), "--data", Text("d.csv", "\u001b[2J\u001b]0;pwned\u0007evil,b,c\n1,2,3\n"),
            "--output", Folder.At("p.csv"), "--json");
        run.Refused("\\u001B[2J");
        Assert.DoesNotContain('\u001b', run.Error + run.Output);
        Text("m.h5.scaling.json",
            new Scaling(new ColumnScaling(["\u009bmore", "b"], [0, 0], [1, 1]), new ColumnScaling(["y"], [0], [1])).ToJson());
        run = CliProgram.Run("predict", Folder.At("m.h5"), "--data", Text("e.csv", "a,b\n1,2\n"), "--output", Folder.At("p.csv"));
        run.Refused("\\u009B");
        Assert.DoesNotContain('\u009b', run.Error + run.Output);
    }

    [Fact]
    public void Error_HugeContent_IsBounded()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        string digits = "1e9999" + new string('0', 2_000_000);
        Assert.InRange(
            CliProgram.Run("predict", Folder.At("m.h5"), "--data", Text("d.csv", $"a,b\n{digits},1\n"), "--output",
            Folder.At("p.csv")).Error.Length, 50, 1100);
        Text("m.h5.scaling.json",
            new Scaling(new ColumnScaling([new string('n', 1_000_000), "b"], [0, 0], [1, 1]), new ColumnScaling(["y"], [0], [1])).ToJson());
        Assert.InRange(
            CliProgram.Run("predict", Folder.At("m.h5"), "--data", Text("d.csv", "a,b\n1,1\n"), "--output",
            Folder.At("p.csv")).Error.Length, 50, 1100);
    }

    [Fact]
    public async Task Predict_DataFromAPipe_ReadOnce()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        string pipe = Folder.At("pipe");
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync(TestContext.Current.CancellationToken);
        Task writer = Task.Run(() => File.WriteAllText(pipe, "a,b\n1,2\n3,4\n"), TestContext.Current.CancellationToken);
        CliRun run = CliProgram.Run("predict", Folder.At("m.h5"), "--data", pipe, "--output", Folder.At("p.csv"), "--json").Succeeded();
        await writer;
        Assert.Equal(2, run.Number("rows"));
    }

    [Fact]
    public async Task Predict_PipeWithoutAWriter_CanBeEnded()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        await Process.Start("mkfifo", [Folder.At("pipe")]).WaitForExitAsync(TestContext.Current.CancellationToken);
        CliRun run =
            CliProgram.Shell($"cd {Folder.Path}; timeout -s TERM 1.5 $TOOL predict m.h5 --data pipe --output p.csv --json; exit $?");
        Assert.True(run.ExitCode is 124 or 143, run.Error);
        Assert.Contains("Ended by SIGTERM", run.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Folder.At("p.csv")));
    }

    [Fact]
    public void Completion_Suggestions_NameCommandsOptionsAndLosses()
    {
        Assert.Contains("refine", Suggest("tflbfgs ref"));
        Assert.Contains("--standardize", Suggest("tflbfgs refine m.h5 --stand"));
        Assert.Contains("huber", Suggest("tflbfgs refine m.h5 --loss "));
        Assert.Contains("[suggest:", CliProgram.Run("completion", "bash").Succeeded().Output, StringComparison.Ordinal);

        static string[] Suggest(string line) => CliProgram.Run($"[suggest:{line.Length}]", line).Succeeded().Output.Split('\n');
    }

    [Fact]
    public void Predict_ManyColumns_NoSlowerWithAScaling()
    {
        const int columns = 20_000;
        string[] names = [.. Enumerable.Range(0, columns).Select(i => $"c{i}")];
        StringBuilder text = new(string.Join(',', names));
        text.Append('\n').AppendJoin(',', Enumerable.Repeat("1", columns)).Append('\n');
        Text("d.csv", text.ToString());
        using DataTable table = DataTable.Open(Folder.At("d.csv"));
        Stopwatch watch = Stopwatch.StartNew();
        int[] indexes = table.IndexesOf([.. names.Reverse()], "input");
        Assert.Equal(columns - 1, indexes[0]);
        // A look through all columns for each of them takes 400 million comparisons of texts, over a second.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 0.5);
    }
}

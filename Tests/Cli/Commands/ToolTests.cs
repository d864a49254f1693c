using TfLbfgs.Cli.Commands;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

public class ToolTests : CommandTestBase
{
    [Fact]
    public void Help_Root_ListsCommands()
    {
        foreach (string[] arguments in (string[][])[["--help"], []])
        {
            CliRun run = CliProgram.Run(arguments).Succeeded();
            Assert.All(Tool.CreateRoot().Subcommands, command =>
                Assert.Contains($"\n  {command.Name} ", run.Output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Version_Printed() => Assert.StartsWith("0.", CliProgram.Run("--version").Succeeded().Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("unknown command or argument 'foo'", "foo")]
    [InlineData("--nonsense", "demo", "--nonsense")]
    [InlineData("--data", "refine", "m.h5", "--target", "y", "--output", "o.h5")]
    [InlineData("'x'", "demo", "--max-iterations", "x")]
    [InlineData("expected an integer of at least 0, received '-1'", "demo", "--max-iterations", "-1")]
    [InlineData("expected an integer of at least 0, received '1.5'", "demo", "--max-iterations", "1.5")]
    [InlineData("expected an integer from 1 to 1000, received '0'", "demo", "--memory", "0")]
    [InlineData("--tolerance", "demo", "--tolerance", "NaN")]
    public void Usage_Wrong_OneLine(string expected, params string[] arguments) => CliProgram.Run(arguments).Refused(expected, "--help");

    [Fact]
    public void Json_Error_LastLineTells()
    {
        CliRun run =
            CliProgram.Run("predict", Folder.At("m.h5"), "--data", Folder.At("none.csv"), "--output", Folder.At("p.csv"), "--json");
        run.Refused("none.csv");
        Assert.Contains("none.csv", run.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_Error_HasTheTrace()
    {
        CliRun run =
            CliProgram.Run("predict", Folder.At("m.h5"), "--data", Folder.At("none.csv"), "--output", Folder.At("p.csv"), "--verbose");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("   at TfLbfgs", run.Error, StringComparison.Ordinal);
    }
}

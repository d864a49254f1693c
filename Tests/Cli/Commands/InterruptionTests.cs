using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

public class InterruptionTests : CommandTestBase
{
    [Theory]
    [InlineData("INT", 2)]
    [InlineData("TERM", 15)]
    [InlineData("HUP", 1)]
    public async Task Refine_Signal_SavesTheBestPointAndSaysSo(string name, int signal)
    {
        Assert.SkipWhen(IsIgnored(signal), $"SIG{name} is ignored in the process that runs the tests, and so in its children");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string model = SampleModels.Save(Folder.At("m.h5"), 64, 10, "softmax", DType.Float64, units: 200), output = Folder.At("o.h5");
        using Process process = CliProgram.Start(
            "refine", model, "--data", Digits, "--target", "digit", "--loss", "sparse_categorical_crossentropy", "--max-iterations",
                "1000000", "--tolerance", "0", "--output", output, "--json");
        string before = "";
        while (!before.Contains("\n       10 ", StringComparison.Ordinal))
            before += (await process.StandardOutput.ReadLineAsync(cancellation)
                ?? throw new InvalidOperationException(
                $"ended early:\n{before}\n{await process.StandardError.ReadToEndAsync(cancellation)}")) + "\n";
        Process.Start("kill", [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

        CliRun run = CliProgram.Finish(process);
        Assert.Equal(128 + signal, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Equal("cancelled", run.Json.GetProperty("reason").GetString());
        Assert.True(run.Number("iterations") >= 10);
        Assert.True(run.Number("loss_after") < run.Number("loss_before"));
        Assert.Contains("best point so far", run.Output, StringComparison.Ordinal);
        using Model saved = Model.Load(output);
        Assert.Equal(4, saved.Variables.Count);
    }

    private static bool IsIgnored(int signal)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1ul << (signal - 1))) != 0;
    }
}

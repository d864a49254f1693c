using System.Text.Json;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

public class DoctorCommandTests : CommandTestBase
{
    [Fact]
    public void Doctor_Here_Usable()
    {
        CliRun run = CliProgram.Run("doctor", "--json").Succeeded();
        NativeLibraryReport expected = NativeLibraryReport.Create();
        Assert.True(run.Json.GetProperty("usable").GetBoolean());
        Assert.True(run.Json.GetProperty("xla_works").GetBoolean());
        Assert.True(run.Json.GetProperty("function_works").GetBoolean());
        Assert.Equal(expected.Version, run.Json.GetProperty("version").GetString());
        Assert.True(File.Exists(run.Json.GetProperty("library").GetString()));
        Assert.Equal(expected.CpuFeatures, run.Texts("cpu_features"));
        Assert.Contains(run.Json.GetProperty("devices").EnumerateArray(), device => device.GetProperty("kind").GetString() == "CPU");
        JsonElement last = run.Json.GetProperty("places_tried").EnumerateArray().Last();
        Assert.StartsWith("loaded", last.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.Contains("TensorFlow is usable.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_WorkerThatIsNotThere_SaysSoAndFails()
    {
        CliRun run = CliProgram.Run("doctor", "--json", "--cluster", "localhost:1");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["localhost:1"], run.Texts("unreachable"));
        Assert.Contains("localhost:1 does not answer", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_LibraryThatIsNone_SaysWhyAndFails()
    {
        string library = Text("libtensorflow_cc.so.2", "not a library");
        CliRun run = CliProgram.RunWith([("TFLBFGS_NATIVE", library), ("XLA_FLAGS", "--nonsense")], "doctor", "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.False(run.Json.GetProperty("usable").GetBoolean());
        Assert.Contains("XLA_FLAGS=--nonsense", run.Texts("variables"));
        Assert.Contains(library, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at TfLbfgs", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Demo_LibraryThatIsNone_OneLine()
    {
        string library = Text("libtensorflow_cc.so.2", "not a library");
        CliProgram.RunWith([("TFLBFGS_NATIVE", library)], "demo", "--output", Folder.Path).Refused(library);
        Assert.Equal(["libtensorflow_cc.so.2"], Files());
    }
}

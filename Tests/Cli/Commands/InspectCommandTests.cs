using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

public class InspectCommandTests : CommandTestBase
{
    [Fact]
    public void Inspect_WholeModel_TellsAllThatItHolds()
    {
        string file = ReferenceRoot.Require("keras", "cases", "k3_trained_adam", "model.keras");
        CliRun run = CliProgram.Run("inspect", file, "--json").Succeeded();
        using Model model = Model.Load(file);
        Assert.Contains(model.Summary(), run.Output, StringComparison.Ordinal);
        Assert.Contains("Keras 3.15.1", run.Output, StringComparison.Ordinal);
        Assert.Equal("Keras archive (.keras)", run.Json.GetProperty("format").GetString());
        Assert.Equal(model.TrainableVariables.Sum(v => v.Shape.ElementCount), run.Number("flat_size"));
        JsonElement[] variables = [.. run.Json.GetProperty("variables").EnumerateArray()];
        Assert.Equal(model.Variables.Select(v => v.Name), variables.Select(v => v.GetProperty("name").GetString()));

        // The first kernel comes first, the moving statistics have no place in the vector.
        Assert.Equal(0, variables[0].GetProperty("offset").GetInt64());
        Assert.Equal(2, variables.Count(v => v.GetProperty("offset").ValueKind == JsonValueKind.Null));
        Assert.Contains("\"Adam\"", run.Json.GetProperty("training_config").GetString(), StringComparison.Ordinal);
        Assert.Equal(14, run.Texts("training_variables").Length);
    }

    [Fact]
    public void Inspect_NoModel_IsNamedAsWhatItIs()
    {
        CliProgram.Run("inspect", Text("weights.h5", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")).Refused(
            "Git LFS", "git lfs pull");
        CliProgram.Run("inspect", Folder.At("none.h5")).Refused("no such file");
    }

    [Fact]
    public void Inspect_SavedModel_ShowsSignaturesAndVariablesWithOffsets()
    {
        string folder = ReferenceRoot.Require("keras", "cases", "k3_blog_mlp", "export");
        CliRun run = CliProgram.Run("inspect", folder, "--json").Succeeded();
        Assert.Contains(run.Texts("signatures"), signature => signature.StartsWith("serving_default(", StringComparison.Ordinal));
        Assert.NotEmpty(run.Texts("functions"));
        JsonElement[] variables = [.. run.Json.GetProperty("variables").EnumerateArray()];
        Assert.Equal(0, variables[0].GetProperty("offset").GetInt64());
        Assert.All(variables, variable => Assert.NotEqual("", variable.GetProperty("dtype").GetString()));
        Assert.Contains("TensorFlow 2.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_FrozenGraph_ShowsItsEnds()
    {
        CliRun run = CliProgram.Run("inspect", Path.Combine(Checkout.Root, "Tests", "SavedModels", "Data", "frozen.pb"), "--json")
            .Succeeded();
        Assert.NotEmpty(run.Texts("inputs"));
        Assert.NotEmpty(run.Texts("outputs"));
    }
}

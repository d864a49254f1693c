using TfLbfgs.Keras;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

public class ConvertCommandTests : CommandTestBase
{
    [Fact]
    public void Convert_WholeModelToWeights_ListsWhatIsLost()
    {
        string file = ReferenceRoot.Require("keras", "cases", "k3_trained_adam", "model.keras"), output = Folder.At("w.ckpt");
        CliRun run = CliProgram.Run("convert", file, output, "--json").Succeeded();
        Assert.Equal(["the architecture", "the compile settings", "the state of the optimizer"],
            run.Texts("warnings").Select(warning => warning.Split(':')[0]));
        using Model model = Model.Load(file);
        double[][] weights = model.GetWeights();
        model.SetWeights([.. weights.Select(w => new double[w.Length])]);
        model.LoadWeights(output);
        Assert.Equal(weights, model.GetWeights());
    }

    [Fact]
    public void Convert_WeightsToAnotherNaming_NeedTheArchitecture()
    {
        string weights = ReferenceRoot.Require("keras", "cases", "k2_blog_mlp", "weights.h5"),
            model = ReferenceRoot.Require("keras", "cases", "k2_blog_mlp", "model.h5");
        CliProgram.Run("convert", weights, Folder.At("w.npz")).Refused("Give a whole model with the architecture");
        CliProgram.Run("convert", weights, Folder.At("w.npz"), "--model", model).Succeeded();
        using Model loaded = Model.Load(model);
        Assert.Equal(loaded.Variables.Count, loaded.LoadWeights(Folder.At("w.npz")).LoadedCount);
    }
}

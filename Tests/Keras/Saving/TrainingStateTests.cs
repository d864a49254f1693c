using System.Text.Json.Nodes;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>Compile settings and the state of the optimizer pass through loading and saving.</summary>
[Trait("Category", "Reference")]
public class TrainingStateTests : LeakChecked
{
    [Theory]
    [InlineData("k2_trained_adam", "model.h5", "out.h5")]
    [InlineData("k2_trained_adam", "model.keras", "out.keras")]
    [InlineData("k3_trained_adam", "model.h5", "out.h5")]
    [InlineData("k3_trained_adam", "model.keras", "out.keras")]
    [InlineData("k3_trained_adam", "model.h5", "out.keras")]
    [InlineData("k2_trained_adam", "model.keras", "out.h5")]
    public void Save_LoadedModel_KeepsSettingsAndState(string name, string file, string output)
    {
        using ScratchFolder folder = new();
        using (Model model = Model.Load(KerasCases.PathOf(name, file)))
        {
            Assert.NotEmpty(model.TrainingState!.OptimizerVariables);
            model.Save(folder.File(output));
        }

        using ModelContents before = ModelFiles.ReadModel(KerasCases.PathOf(name, file)), after = ModelFiles.ReadModel(folder.File(output));
        WeightArray[] expected = [.. Optimizer(before)], actual = [.. Optimizer(after)];
        Assert.Equal(expected.Select(array => (array.DType, array.ShapeText)), actual.Select(array => (array.DType, array.ShapeText)));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Data.ToBytes(), pair.Second.Data.ToBytes()));
        if (before.IsArchiveTrainingConfig == after.IsArchiveTrainingConfig)
        {
            Assert.Equal(expected.Select(array => array.Name), actual.Select(array => array.Name));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(before.TrainingConfigJson!), JsonNode.Parse(after.TrainingConfigJson!)));
        }
        else
        {
            Assert.Contains("Adam", after.TrainingConfigJson, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TrainingState_SetToNull_IsNotWritten()
    {
        using ScratchFolder folder = new();
        using Model model = Model.Load(KerasCases.PathOf("k3_trained_adam", "model.keras"));
        model.TrainingState = null;
        model.Save(folder.File("out.keras"));
        using Model again = Model.Load(folder.File("out.keras"));
        Assert.Null(again.TrainingState);
    }

    private static IEnumerable<WeightArray> Optimizer(ModelContents contents) =>
        contents.TrainingNodes.Where(node => node.Name == "optimizer").SelectMany(node => node.AllArrays());
}

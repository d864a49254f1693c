using System.Text.Json.Nodes;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
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

    [Theory]
    [InlineData("out.keras", KerasGeneration.Keras3)]
    [InlineData("out.h5", KerasGeneration.Keras3)]
    [InlineData("out.keras", KerasGeneration.Keras2)]
    [InlineData("out.h5", KerasGeneration.Keras2)]
    public void Fit_OfASavedAndLoadedModel_GoesOnAsWithoutInterruption(string file, KerasGeneration generation)
    {
        using ScratchFolder folder = new();
        using Tensor x = Tensor.From(new double[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }),
            y = Tensor.From(new double[,] { { 0 }, { 1 }, { 1 }, { 2 } });
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(4, "tanh"), new Dense(1) };
        model.Generation = generation;
        model.Build();
        model.Compile(
            new Adam(0.05) { Generation = generation, Beta1 = 0.8, AmsGrad = true },
                new CompileOptions { Losses = [new Huber(0.5) { Generation = generation }], Metrics = [["mae"]] });
        FitOptions three = new() { Epochs = 3, BatchSize = 4, Shuffle = false };
        model.Fit((x, y), three);
        Assert.Empty(model.Save(folder.File(file)).Warnings);
        double[] expected = [.. model.Fit((x, y), three)["loss"]];
        using Model loaded = Model.Load(folder.File(file));
        History history = loaded.Fit((x, y), three);
        Assert.Equal(["loss", "mae"], history.Names);
        Assert.Equal(expected, history["loss"], (a, b) => Math.Abs(a - b) < 1e-8);
        Assert.Equal(6, loaded.Optimizer!.Iterations);
        Assert.Equal(0.8, Assert.IsType<Adam>(loaded.Optimizer).Beta1);
    }

    [Theory]
    [InlineData("k2_trained_adam", "model.h5")]
    [InlineData("k2_trained_adam", "model.keras")]
    [InlineData("k3_trained_adam", "model.h5")]
    [InlineData("k3_trained_adam", "model.keras")]
    public void CompileAsSaved_OfAKerasFile_HasItsOptimizerWithItsState(string name, string file)
    {
        using Model model = Model.Load(KerasCases.PathOf(name, file));
        model.CompileAsSaved();
        using TensorScope scope = new();
        Adam adam = Assert.IsType<Adam>(model.Optimizer);
        Assert.Equal(model.TrainingState!.OptimizerVariables.Count, adam.Variables.Count);
        Assert.True(adam.Iterations > 0);
        Assert.Contains(adam.Variables.Skip(2), variable => variable.Value.ToDoubles().Any(value => value != 0));
    }

    [Fact]
    public void Save_OfALossThatIsCode_LeavesTheSettingsOutAndSaysSo()
    {
        using ScratchFolder folder = new();
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(1) };
        model.Build();
        model.Compile("sgd", (y, p) => Tf.Square(y - p));
        Assert.Contains("compile settings", Assert.Single(model.Save(folder.File("out.keras")).Warnings), StringComparison.Ordinal);
        using Model loaded = Model.Load(folder.File("out.keras"));
        Assert.Contains("Call Compile", Assert.Throws<TfLbfgsException>(loaded.CompileAsSaved).Message, StringComparison.Ordinal);
        using Sequential other = new(DType.Float64) { new InputLayer([2]), new Dense(1) };
        other.Build();
        other.Compile("lbfgs", "mse");
        Assert.Contains("lbfgs", Assert.Single(other.Save(folder.File("lbfgs.keras")).Warnings), StringComparison.Ordinal);
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

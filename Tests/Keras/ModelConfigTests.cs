using TfLbfgs.Keras;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

public class ModelConfigTests : LeakChecked
{
    private const string Input =
        """{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2], "dtype": "float64", "name": "x"}}""";

    [Theory]
    [InlineData("""{"class_name": "Quux", "config": {"name": "q"}}""", "The configuration of the model",
        "unknown layer class 'Quux'. Expected one of: Activation, ")]
    [InlineData("""{"class_name": "Lambda", "config": {"name": "l", "function": "..."}}""", "Layer 'l' (Lambda)",
        "nothing in a file is executed")]
    [InlineData("""{"class_name": "Dense", "config": {"name": "d", "dtype": "float64", "units": 2, "activation": "wavy"}}""",
        "Layer 'd' (Dense)", "unknown activation 'wavy'. Expected one of: celu")]
    [InlineData(
        """{"class_name": "Dense", "config": {"name": "d", "dtype": "float64", "units": 2, "kernel_initializer": {"class_name": "Magic", "config": {}}}}""", "Layer 'd' (Dense)", "unknown initializer 'Magic'")]
    [InlineData(
        """{"class_name": "Dense", "config": {"name": "d", "dtype": "float64", "units": 2, "kernel_regularizer": {"class_name": "L7", "config": {}}}}""", "Layer 'd' (Dense)", "unknown regularizer 'L7'")]
    [InlineData("""{"class_name": "Dense", "config": {"name": "d", "dtype": "float64", "units": "two"}}""", "Layer 'd' (Dense)",
        "expected units to be an integer of at least 1, received \"two\"")]
    [InlineData("""{"class_name": "Dense", "config": {"name": "d", "dtype": "float64", "units": -2}}""", "Layer 'd' (Dense)",
        "expected units to be an integer of at least 1, received -2")]
    [InlineData("""{"class_name": "Dense", "config": {"name": "d", "dtype": "float64"}}""", "Layer 'd' (Dense)", "expected 'units'")]
    [InlineData(
        """{"class_name": "Dense", "config": {"name": "d", "dtype": {"class_name": "DTypePolicy", "config": {"name": "mixed_int9"}}, "units": 2}}""", "Layer 'd' (Dense)", "mixed_int9")]
    [InlineData("""{"class_name": "Dense", "config": {"name": "a/b", "dtype": "float64", "units": 2}}""", "a/b", "without slashes")]
    [InlineData("""{"class_name": "Dropout", "config": {"name": "d", "dtype": "float64", "rate": 1.5}}""", "Layer 'd' (Dropout)",
        "expected rate to be a number from 0 to 1, received 1.5")]
    [InlineData("""[]""", "A layer of", "expected an object, received []")]
    public void Read_WhatCannotBeBuilt_NamesTheLayerAndWhatWasExpected(string layer, string owner, string what)
    {
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => Read(layer, []));
        Assert.Contains(owner, e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("""{"name": "m", "layers": [], "input_layers": [["x", 0, 0]], "output_layers": [["x", 0, 0]]}""", "which does not exist")]
    [InlineData("""{"name": "m", "layers": 3, "input_layers": [["x", 0, 0]], "output_layers": [["x", 0, 0]]}""",
        "expected layers to be a list, received 3")]
    [InlineData(
        """{"name": "m", "layers": [{"class_name": "Dropout", "name": "a", "config": {"name": "a", "rate": 0.5}, "inbound_nodes": [[["a", 0, 0, {}]]]}], "input_layers": [["a", 0, 0]], "output_layers": [["a", 0, 0]]}""", "depends on it")]
    [InlineData(
        """{"name": "m", "layers": [{"class_name": "Dropout", "name": "a", "config": {"name": "a", "rate": 0.5}, "inbound_nodes": [[["b", 0, 0, {}]]]}], "input_layers": [["a", 0, 0]], "output_layers": [["a", 0, 0]]}""", "is no layer of the model")]
    [InlineData("""{"name": "m", "layers": [], "input_layers": "x", "output_layers": [["x", 0, 0]]}""", "references to layers")]
    public void Read_BrokenGraph_SaysWhere(string config, string what)
    {
        ModelConfigException e = Assert.Throws<ModelConfigException>(() =>
            ModelConfigReader.Read($$$"""{"class_name": "Functional", "config": {{{config}}}}""", "2.21.0", null, []));
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SubclassedModel_SaysWhatToDo() =>
        Assert.Contains("received 'MyModel'",
            Assert.Throws<ModelConfigException>(() => ModelConfigReader.Read("""{"class_name": "MyModel", "config": {}}""", null, null, []))
            .Message, StringComparison.Ordinal);

    [Fact]
    public void Read_OldFormWithTheInputInTheFirstLayer_IsBuilt()
    {
        List<string> warnings = [];
        using Model model = ModelConfigReader.Read(
            """{"class_name": "Sequential", "config": {"name": "old", "layers": [{"class_name": "Dense", "config": {"name": "d", "batch_input_shape": [null, 2], "dtype": "float32", "units": 3, "activation": "relu", "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": null}}}}]}}""",
            "2.2.4", null, warnings);
        Assert.Equal(["d/kernel float32(2, 3)", "d/bias float32(3,)"], model.Variables.Select(v => v.ToString()));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Read_MixedPolicyWithADType_TakesTheDType()
    {
        using Model model =
            Read("""{"class_name": "Dense", "config": {"name": "d", "dtype": {"class_name": "Policy", "config": {"name": "mixed_float16"}}, "units": 2}}""", [], DType.Float64);
        Assert.Equal(DType.Float64, model.DType);
    }

    [Fact]
    public void Read_Constraint_IsKeptAndReported()
    {
        List<string> warnings = [];
        using Model model = Read(
            """{"class_name": "Dense", "config": {"name": "d", "dtype": "float64", "units": 2, "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 3.0, "axis": 0}}}}""", warnings);
        Assert.Contains(warnings, w => w.Contains("kernel_constraint MaxNorm", StringComparison.Ordinal));
        Assert.Contains("\"max_value\":3", ModelConfigWriter.Write(model, []), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_HardSigmoidOfEitherGeneration_KeepsItsMeaning()
    {
        using ScratchFolder folder = new();
        foreach (string version in new[] { "2.21.0", "3.15.1" })
        {
            using Model model =
                Read("""{"class_name": "Dense", "config": {"name": "d", "dtype": "float64", "units": 1, "activation": "hard_sigmoid"}}""",
                [], version: version);
            model.SetWeights([[1, 0], [0]]);
            string warning = Assert.Single(model.Save(folder.File("m.h5")).Warnings);
            Assert.Contains($"open the file with Keras {version[0]}", warning, StringComparison.Ordinal);
            using Model again = Model.Load(folder.File("m.h5"));
            using TfLbfgs.Tensors.Tensor x = TfLbfgs.Tensors.Tensor.From(new double[,] { { 1, 0 } });
            using TfLbfgs.Tensors.Tensor y = again.Predict(x);
            Assert.Equal(version[0] == '2' ? 0.7 : 4.0 / 6, y.ToDouble(), 1e-15);
        }
    }

    [Fact]
    public void Read_VariablesFarBeyondTheFile_AreRefusedBeforeTheyAreMade() => Assert.Contains(
        "while the file holds 10 weights",
        Assert.Throws<ModelConfigException>(() => ModelConfigReader.Read(
            """{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 4000000000000], "name": "x"}}, {"class_name": "Dense", "config": {"name": "d", "units": 4000000000000}}]}}""",
            null, null, [], new VariableBudget(10))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Save_ActivationWithArguments_IsRefusedAndNothingIsWritten()
    {
        using ScratchFolder folder = new();
        using Sequential model = new() { new InputLayer([2]), new Dense(1, new TfLbfgs.Keras.Activations.CeluActivation(0.5)) };
        Assert.Contains("celu(alpha=0.5)", Assert.Throws<TfLbfgsException>(() => model.Save(folder.File("m.h5"))).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Save_OtherExtension_SaysWhichAreKnown()
    {
        using Sequential model = new() { new InputLayer([2]), new Dense(1) };
        Assert.Contains(".h5", Assert.Throws<TfLbfgsException>(() => model.Save("model.onnx")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_RenamedLayers_AreMatchedByPositionAndReported()
    {
        using ScratchFolder folder = new();
        using Sequential source = new(DType.Float32) { new InputLayer([2]), new Dense(3, name: "a"), new Dense(1, name: "b") };
        using Sequential target = new(DType.Float64) { new InputLayer([2]), new Dense(3, name: "c"), new Dense(1, name: "d") };
        source.SaveWeights(folder.File("w.h5"));
        LoadReport report = target.LoadWeights(folder.File("w.h5"));
        Assert.Equal(source.GetWeights(), target.GetWeights());
        Assert.All(report.Variables, v => Assert.True(v is { Renamed: true, Status: VariableLoadStatus.Converted }));
        Assert.Contains("c/kernel: loaded, converted (from a/a/kernel:0), float32(2, 3) to float64", report.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_Mismatches_AreAllReportedOrSkippedOnRequest()
    {
        using ScratchFolder folder = new();
        using Sequential source = new(DType.Float64) { new InputLayer([2]), new Dense(3, name: "a"), new Dense(1, name: "b") };
        using Sequential target =
            new(DType.Float64) { new InputLayer([2]), new Dense(4, name: "a"), new Dense(1, name: "b", useBias: false) };
        source.SaveWeights(folder.File("w.h5"));
        double[][] before = target.GetWeights();
        WeightsMismatchException e = Assert.Throws<WeightsMismatchException>(() => target.LoadWeights(folder.File("w.h5")));
        Assert.Equal(before, target.GetWeights());
        Assert.Equal(
            [("a/kernel", VariableLoadStatus.ShapeDiffers), ("a/bias", VariableLoadStatus.ShapeDiffers),
                ("b/kernel", VariableLoadStatus.ShapeDiffers), ((string?)null, VariableLoadStatus.NotInModel)],
            e.Report!.Variables.Select(v => (v.Variable, v.Status)));
        Assert.Contains("expected float64(2, 4), received float64(2, 3)", e.Message, StringComparison.Ordinal);
        Assert.Contains("none of the weights fits",
            Assert.Throws<WeightsMismatchException>(() =>
            target.LoadWeights(folder.File("w.h5"), new LoadOptions { SkipMismatches = true })).Message, StringComparison.Ordinal);
        Assert.Equal(before, target.GetWeights());

        using Sequential near =
            new(DType.Float64) { new InputLayer([2]), new Dense(3, name: "a"), new Dense(1, name: "b", useBias: false) };
        LoadReport report = near.LoadWeights(folder.File("w.h5"), new LoadOptions { SkipMismatches = true });
        Assert.Equal(3, report.LoadedCount);
        Assert.Equal(source.GetWeights().Take(3), near.GetWeights());
    }

    private static Model Read(string layer, List<string> warnings, DType? dtype = null, string version = "2.21.0") =>
        ModelConfigReader.Read($$$"""{"class_name": "Sequential", "config": {"name": "s", "layers": [{{{Input}}}, {{{layer}}}]}}""",
            version, dtype, warnings);
}

using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Keras.Saving.Formats.SavedModel;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

public class KerasMetadataReaderTests : LeakChecked
{
    private const string Layers = """
        [{"class_name": "InputLayer", "config": {"batch_input_shape": {"class_name": "__tuple__", "items": [null, null]}, "dtype": "float64", "name": "in"}INPUT},
         {"class_name": "Normalization", "config": {"name": "norm", "axis": {"class_name": "__tuple__", "items": [-1]}, "mean": null, "variance": null, "dtype": "float64"}NORM},
         {"class_name": "Dense", "config": {"name": "dense", "units": 3, "dtype": "float64"}DENSE}]
        """;

    private static readonly string Sequential =
        $$"""{"class_name": "Sequential", "config": {"name": "model", "layers": {{Calls(Layers, "", "", "")}} } }""";

    private static readonly string Functional = $$"""
        {"class_name": "Functional", "config": {"name": "model", "input_layers": [["in", 0, 0]], "output_layers": [["dense", 0, 0]], "layers":
        {{Calls(Layers, ", \"name\": \"in\", \"inbound_nodes\": []", ", \"name\": \"norm\", \"inbound_nodes\": [[[\"in\", 0, 0, {}]]]",
            ", \"name\": \"dense\", \"inbound_nodes\": [[[\"norm\", 0, 0, {}]]]")}} } }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_InputOfUnknownSize_HasThatForWhichTheLayerAfterItWasBuilt(bool isFunctional)
    {
        string json = KerasMetadataReader.Read(Metadata(
            ("root", isFunctional ? Functional : Sequential),
            ("root.layer_with_weights-0", """{"name": "norm", "build_input_shape": {"class_name": "TensorShape", "items": [null, 2]}}"""),
            ("root.layer_with_weights-1", """{"name": "dense", "build_input_shape": {"class_name": "TensorShape", "items": [null, 2]}}"""),
            ("root.layer_with_weights-0.inner", """{"name": "dense", "build_input_shape": [null, 7]}""")))!;
        using Model model = Model.FromJson(json);
        Assert.Equal(Shape.Create([-1, 2]), model.InputShape);
        Assert.Equal(Shape.Create([-1, 3]), model.OutputShape);
    }

    [Fact]
    public void Read_InputOfUnknownSizeThatNoLayerStates_IsRefused()
    {
        string json = KerasMetadataReader.Read(Metadata(("root", Sequential)))!;
        ModelConfigException error = Assert.Throws<ModelConfigException>(() => Model.FromJson(json));
        Assert.Contains("expected known sizes along the axes [-1]", error.Message);
    }

    [Fact]
    public void Read_LayerThatTakesAnySize_LeavesTheInputOpen()
    {
        string layers = """
            [{"class_name": "InputLayer", "config": {"batch_input_shape": [null, null, null, 3], "dtype": "float64", "name": "in"}},
             {"class_name": "Conv2D", "config": {"name": "conv", "filters": 2, "kernel_size": [3, 3], "dtype": "float64"}}]
            """;
        string json = KerasMetadataReader.Read(Metadata(
            ("root", $$"""{"class_name": "Sequential", "config": {"name": "model", "layers": {{layers}} } }"""),
            ("root.layer_with_weights-0", """{"name": "conv", "build_input_shape": [null, 32, 32, 3]}""")))!;
        using Model model = Model.FromJson(json);
        Assert.Equal(Shape.Create([-1, -1, -1, 3]), model.InputShape);
    }

    [Fact]
    public void Read_NestedModel_TakesShapesOfItsOwnNodes()
    {
        string inner = Sequential.Replace("\"model\"", "\"inner\"");
        string json = KerasMetadataReader.Read(Metadata(
            ("root", $$"""{"class_name": "Sequential", "config": {"name": "outer", "layers": [{{inner}}] } }"""),
            ("root.layer_with_weights-0", """{"name": "inner"}"""),
            ("root.layer_with_weights-0.layer_with_weights-0", """{"name": "norm", "build_input_shape": [null, 4]}""")))!;
        using Model model = Model.FromJson(json);
        Assert.Equal(Shape.Create([-1, 4]), model.InputShape);
    }

    [Fact]
    public void Read_NoDescriptionOfAModel_IsNull() => Assert.Null(KerasMetadataReader.Read(Metadata(("root.layer-0", "{}"))));

    [Fact]
    public void WithoutTuples_NumbersThatAreNotFinite_StayThem()
    {
        string json =
            KerasMetadataReader.WithoutTuples(
            """{"a": {"class_name": "__tuple__", "items": [NaN, -Infinity, 1.5]}, "b": {"items": [1]}}""");
        Assert.Equal("""{"a":["NaN","-Infinity",1.5],"b":{"items":[1]}}""", json);
    }

    private static string Calls(string layers, string input, string norm, string dense) =>
        layers.Replace("INPUT", input).Replace("NORM", norm).Replace("DENSE", dense);

    private static byte[] Metadata(params (string Path, string Json)[] nodes)
    {
        ProtoWriter file = new();
        foreach ((string path, string json) in nodes)
        {
            ProtoWriter node = new();
            node.Text(3, path);
            node.Text(5, json);
            file.Bytes(1, node.ToArray());
        }

        return file.ToArray();
    }
}

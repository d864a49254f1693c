using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Formats;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>
/// Files of Keras 1 and of Keras 2.0 to 2.2, compared with what real Keras makes of them (<c>reference/keras-legacy</c>).
/// </summary>
public class LegacyFileTests : LeakChecked
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Load_EveryLegacyFile_HasTheWeightsAndOutputsOfKeras()
    {
        ReferenceReport report = new("keras-legacy");
        foreach (JsonElement entry in Read("cases.json").EnumerateArray())
            report.Check(entry.GetProperty("name").GetString()!, () => Check(entry));
        report.Finish();
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void Upgrade_ArgumentsOfKeras1_AreThoseOfKeras2()
    {
        ReferenceReport report = new("keras-legacy interfaces");
        foreach (JsonElement entry in Read("interfaces.json").EnumerateArray())
        {
            report.Check(entry.GetProperty("interface").GetString()!, () =>
            {
                JsonObject layer = new()
                {
                    ["class_name"] = entry.GetProperty("class").GetString(),
                    ["config"] = JsonNode.Parse(entry.GetProperty("old").GetRawText())
                };
                LegacyConfig.Upgrade(layer);
                JsonObject config = (JsonObject)layer["config"]!,
                    expected = (JsonObject)JsonNode.Parse(entry.GetProperty("new").GetRawText())!;
                foreach ((string name, JsonNode? value) in expected)
                {
                    // The length of the input stands in batch_input_shape as well; how a step is computed has no meaning here.
                    if (name is "input_length" or "input_shape" or "implementation")
                        continue;
                    Assert.True(config.ContainsKey(name), $"{name} is missing in {config.ToJsonString()}");
                    Assert.Equal(Normalize(value), Normalize(config[name]));
                }

                Assert.Empty(config.Select(member => member.Key).Except(expected.Select(member => member.Key)));
            });
        }

        report.Finish();
    }

    [Fact]
    public void Load_FieldsThatKerasDoesNotLookAt_AreLeftOut()
    {
        using ScratchFolder folder = new();
        using (Sequential model = new("s") { new InputLayer([3]), new Dropout(0), new Dense(2) })
        {
            model.Build();
            model.SaveWeights(folder.File("net.weights.h5"));
            // A noise shape that is none, and the dtype of an initializer in TensorFlow 1.13 to 2.0.
            string json = model.ToJson(), noise = json.Replace("\"3.15.1\"", "\"2.4.0\"", StringComparison.Ordinal)
                .Replace("\"noise_shape\":null", "\"noise_shape\":2", StringComparison.Ordinal);
            string changed = noise.Replace("{\"seed\":null}", "{\"seed\":null,\"dtype\":\"float32\"}", StringComparison.Ordinal);
            Assert.True(noise.Contains("\"noise_shape\":2", StringComparison.Ordinal) && changed != noise, json);
            File.WriteAllText(folder.File("net.json"), changed);
        }

        using Model loaded = Model.Load(folder.File("net.json"));
        Assert.Empty(loaded.LoadReport!.Warnings);
    }

    [Fact]
    public void FromJson_MergeOfPythonCode_AsksForItsCode()
    {
        const string Json = """
            {"class_name": "Sequential", "keras_version": "1.2.2", "config": [
              {"class_name": "Merge", "config": {"name": "merge_1", "mode": ["code", null, null], "mode_type": "lambda", "layers": [
                {"class_name": "Dense", "config": {"name": "a", "output_dim": 2, "batch_input_shape": [null, 3]}},
                {"class_name": "Dense", "config": {"name": "b", "output_dim": 2, "batch_input_shape": [null, 3]}}]}}]}
            """;
        Assert.Contains("Lambdas = { [\"merge_1\"]", Assert.Throws<ModelConfigException>(() => Model.FromJson(Json)).Message,
            StringComparison.Ordinal);
        using Model model = Model.FromJson(Json, new LoadOptions { ListLambdas = { ["merge_1"] = inputs => inputs[0] - inputs[1] } });
        Assert.Equal((2, 1), (model.InputCount, model.OutputCount));
    }

    [Theory]
    [InlineData("""{"class_name": "Merge", "config": {"name": "m", "mode": "join"}}""", "received 'join'")]
    [InlineData(
        """{"class_name": "Sequential", "config": [{"class_name": "Merge", "config": {"name": "m", "mode": "sum", "layers": [{"class_name": "Dense", "config": {"name": "d"}}]}}]}""", "batch_input_shape")]
    public void Upgrade_MergeThatIsNone_IsRefused(string json, string said) =>
        Assert.Contains(said, Assert.Throws<ModelConfigException>(() => LegacyConfig.Upgrade((JsonObject)JsonNode.Parse(json)!)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Upgrade_ClassOfTheUser_KeepsItsArguments()
    {
        JsonObject own =
            (JsonObject)JsonNode.Parse("""{"class_name": "MyLayer", "config": {"name": "mine", "p": 2, "init": "x", "bias": 3}}""")!;
        string before = own.ToJsonString();
        LegacyConfig.Upgrade(own);
        Assert.Equal(before, own.ToJsonString());
    }

    [Fact]
    public void Convert_KernelOfTheano_IsMirrored()
    {
        using Conv2D layer = new(1, 2);
        layer.Build([-1, 4, 4, 1]);
        WeightArray kernel = new("kernel", Floats([2, 2, 1, 1], 1, 2, 3, 4)), bias = new("bias", Floats([1], 5));
        Assert.Equal([4f, 3, 2, 1], Values(new LegacyWeights("2.1.6", "theano").Convert(layer, [kernel, bias])[0]));
        Assert.Equal([1f, 2, 3, 4], Values(new LegacyWeights("2.1.6", "tensorflow").Convert(layer, [kernel, bias])[0]));
        Assert.Equal([1f, 2, 3, 4], Values(new LegacyWeights("3.1.0", "theano").Convert(layer, [kernel, bias])[0]));
    }

    [Fact]
    public void Transpose_ThreeAxes_IsThatOfNumPy()
    {
        // numpy.arange(6).reshape(1, 2, 3).transpose(2, 0, 1)
        StoredArray moved = ArrayLayout.Transpose(Floats([1, 2, 3], 0, 1, 2, 3, 4, 5), 2, 0, 1);
        Assert.Equal([3L, 1, 2], moved.Shape);
        Assert.Equal([0f, 3, 1, 4, 2, 5], Values(new WeightArray("", moved)));
    }

    [Theory]
    [InlineData("LeakyReLU", "alpha", 0.3, -0.6)]
    [InlineData("ELU", "alpha", 2.0, -1.729329433526774)]
    [InlineData("ReLU", "negative_slope", 0.25, -0.5)]
    public void Load_LayerAsActivation_IsComputedAndWrittenWithItsArguments(string layer, string argument, double value, double expected)
    {
        string json = FormattableString.Invariant($$"""
            {"class_name": "Sequential", "keras_version": "2.4.0", "config": {"name": "s", "layers": [
              {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 1], "dtype": "float64", "name": "i"} },
              {"class_name": "Dense", "config": {"name": "d", "dtype": "float64", "units": 1, "kernel_initializer": {"class_name": "Ones", "config": { } },
                "activation": {"class_name": "{{layer}}", "config": {"name": "l", "trainable": true, "dtype": "float64", "{{argument}}": {{value}} } } } } ] } }
            """);
        using ScratchFolder folder = new();
        using Model model = Model.FromJson(json);
        model.Save(folder.File("m.keras"));
        using Model again = Model.Load(folder.File("m.keras"));
        using Tensor input = Tensor.From(new double[,] { { -2 } });
        foreach (Model each in (Model[])[model, again])
        {
            using Tensor output = each.Predict(input);
            Assert.Equal(expected, output.ToDouble(), 1e-7);
        }
    }

    private static string Normalize(JsonNode? value) => value?.ToJsonString() switch
    {
        "\"zero\"" => "\"zeros\"",
        "\"one\"" => "\"ones\"",
        "\"uniform\"" => "\"random_uniform\"",
        "\"normal\"" => "\"random_normal\"",
        string text => text,
        null => "null",
    };

    private static void Check(JsonElement entry)
    {
        string name = entry.GetProperty("name").GetString()!;
        using Model model = Model.Load(ReferenceRoot.Require("keras-legacy", $"{name}.h5"));
        Assert.Empty(model.LoadReport!.Mismatches);
        List<JsonElement> weights = [.. entry.GetProperty("weights").EnumerateArray()];
        double[][] actual = model.GetWeights();
        Assert.Equal(weights.Count, actual.Length);
        for (int i = 0; i < weights.Count; i++)
            Assert.Equal(KerasReference.Numbers(weights[i]), actual[i]);
        if (!entry.TryGetProperty("output", out JsonElement output))
            return;
        using TensorScope scope = new();
        Tensor[] inputs = entry.TryGetProperty("inputs", out JsonElement several)
            ? [.. several.EnumerateArray().Select(KerasReference.ToTensor)]
            : [KerasReference.ToTensor(entry.GetProperty("input"))];
        KerasReference.AssertClose(output, model.Predict(inputs)[0], 1e-5);
    }

    private static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ReferenceRoot.Require("keras-legacy", file)));
        return document.RootElement.Clone();
    }

    private static StoredArray Floats(long[] shape, params float[] values) =>
        StoredArray.FromBytes(DType.Float32, shape, values.SelectMany(BitConverter.GetBytes).ToArray());

    private static float[] Values(WeightArray array) => [.. array.Data.ToBytes().Chunk(4).Select(b => BitConverter.ToSingle(b))];
}

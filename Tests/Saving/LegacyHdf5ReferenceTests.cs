using System.Text.Json;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

[Trait("Category", "Reference")]
public class LegacyHdf5ReferenceTests
{
    [Fact]
    public void Read_EveryCase_HasTheNamesShapesAndValuesOfTheCase()
    {
        ReferenceReport report = new("keras/cases legacy .h5");
        foreach ((string name, string file) in SavingReference.Files("legacy_h5_model", "legacy_h5_weights", "legacy_h5_variant"))
            report.Check($"{name}/{file}", () => Compare(name, file));
        report.Finish();
    }

    [Fact]
    public void Open_EveryV3File_HasTheDatasetsOfTheCase()
    {
        ReferenceReport report = new("keras/cases .weights.h5");
        foreach ((string name, string path) in SavingReference.Files("keras2_weights_h5", "keras3_weights_h5"))
            report.Check($"{name}/{path}", () => CompareDatasets(name, path));
        report.Finish();
    }

    private static void CompareDatasets(string name, string path)
    {
        using var file = Hdf5File.Open(SavingReference.Case(name, path));
        JsonElement json = SavingReference.Json(SavingReference.Case(name, "case.json"));
        Dictionary<string, JsonElement> variables = Variables(json);
        foreach (JsonElement expected in Entry(json, path).GetProperty("datasets").EnumerateArray())
        {
            string inner = expected.GetProperty("path").GetString()!;
            var dataset = Assert.IsType<Hdf5Dataset>(file.Root.Find(inner));
            CompareArray(expected, variables, file.ReadArray(dataset, inner));
        }
    }

    private static void Compare(string name, string path)
    {
        using ModelContents model = SavingReference.ReadLegacy(SavingReference.Case(name, path));
        JsonElement json = SavingReference.Json(SavingReference.Case(name, "case.json"));
        JsonElement entry = Entry(json, path);
        Dictionary<string, JsonElement> variables = Variables(json);
        bool isWhole = model.ConfigJson is not null;
        if (entry.GetProperty("format").GetString() != "legacy_h5_variant")
            Assert.Equal(entry.GetProperty("format").GetString() == "legacy_h5_model", isWhole);
        Assert.Equal("tensorflow", model.Backend);
        Assert.StartsWith(json.GetProperty("keras").GetProperty("flavour").GetString() == "keras2"
            ? "2." : "3.", model.KerasVersion, StringComparison.Ordinal);

        var found = new Dictionary<string, WeightArray>();
        string prefix = isWhole ? "model_weights/" : "";
        foreach (WeightNode layer in model.Weights.Children)
        {
            foreach (WeightArray weight in layer.Arrays)
                found.Add($"{prefix}{layer.Name}/{weight.Name}", weight);
        }
        foreach (WeightArray weight in model.Weights.Arrays)
            found.Add($"{prefix}top_level_model_weights/{weight.Name}", weight);
        foreach (WeightArray weight in model.TrainingNodes.SelectMany(node => node.Arrays))
            found.Add($"optimizer_weights/{weight.Name}", weight);

        JsonElement datasets = entry.TryGetProperty("datasets", out JsonElement own)
            ? own : Entry(json, isWhole ? "model.h5" : "weights.h5").GetProperty("datasets");
        int count = 0;
        foreach (JsonElement expected in datasets.EnumerateArray())
        {
            count++;
            string inner = expected.GetProperty("path").GetString()!;
            Assert.True(found.TryGetValue(inner, out WeightArray? array), $"{inner} was not read");
            CompareArray(expected, variables, array);
        }
        Assert.Equal(count, found.Count);
    }

    private static void CompareArray(JsonElement expected, Dictionary<string, JsonElement> variables, WeightArray array)
    {
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), array.Shape);
        string dtype = expected.GetProperty("dtype").GetString()!;
        Assert.Equal(dtype is ">f8" ? DType.Float64 : DTypeFacts.FromPythonName(dtype), array.DType);
        if (!expected.TryGetProperty("variable", out JsonElement variable) || variable.ValueKind != JsonValueKind.String)
            return;
        JsonElement value = variables[variable.GetString()!].GetProperty("value");
        double[] numbers = SavingReference.Numbers(value.ValueKind == JsonValueKind.Object ? value.GetProperty("data") : value);
        Assert.Equal(numbers, SavingReference.Numbers(array));
    }

    private static JsonElement Entry(JsonElement json, string path) =>
        json.GetProperty("files").EnumerateArray().First(f => f.GetProperty("path").GetString() == path);

    private static Dictionary<string, JsonElement> Variables(JsonElement json)
    {
        var variables = new Dictionary<string, JsonElement>();
        foreach (string list in (string[])["trainable_variables", "non_trainable_variables"])
        {
            foreach (JsonElement variable in json.GetProperty(list).EnumerateArray())
                variables[variable.GetProperty("ref").GetString()!] = variable;
        }
        if (json.TryGetProperty("training", out JsonElement training) && training.TryGetProperty("variables", out JsonElement optimizer))
        {
            foreach (JsonElement variable in optimizer.EnumerateArray())
                variables[variable.GetProperty("ref").GetString()!] = variable;
        }
        return variables;
    }
}

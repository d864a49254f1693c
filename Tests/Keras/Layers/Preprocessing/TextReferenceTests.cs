using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

/// <summary>
/// The layers of <c>reference/keras/text</c>, which take texts or categories: made from their configurations, adapted where Keras was;
/// outputs, eagerly and traced, and vocabularies.
/// </summary>
[Trait("Category", "Reference")]
public sealed class TextReferenceTests : LeakChecked
{
    [Theory]
    [InlineData("k2_text", KerasGeneration.Keras2)]
    [InlineData("k3_text", KerasGeneration.Keras3)]
    public void Call_EveryEntry_IsKerass(string file, KerasGeneration generation)
    {
        ReferenceReport report = new($"keras/text/{file}");
        foreach (JsonElement entry in KerasReference.Read("text", $"{file}.json").GetProperty("entries").EnumerateArray())
            report.Check(entry.GetProperty("name").GetString()!, () => Check(entry, generation));
        report.Finish();
    }

    /// <summary>Archives whose vocabularies were learned, or given.</summary>
    [Fact]
    public void Load_EveryArchive_BehavesAsKeras()
    {
        ReferenceReport report = new("keras/text/archives");
        foreach (JsonProperty entry in KerasReference.Read("text", "archives", "outputs.json").EnumerateObject())
        {
            report.Check(entry.Name, () =>
            {
                using ScratchFolder folder = new();
                using Model model = Model.Load(ReferenceRoot.PathOf("keras", "text", "archives", $"{entry.Name}.keras"));
                AssertPredicts(model, entry.Value);
                model.Save(folder.File("again.keras"));
                using Model again = Model.Load(folder.File("again.keras"));
                AssertPredicts(again, entry.Value);
            });
        }

        report.Finish();
    }

    private static void AssertPredicts(Model model, JsonElement entry)
    {
        using TensorScope scope = new();
        string[] texts = [.. entry.GetProperty("inputs").EnumerateArray().Select(row => row[0].GetString()!)];
        Tensor[] outputs = model.Call([Tensor.FromStrings(texts, [texts.Length, 1])]);
        JsonElement[] expected = [.. entry.GetProperty("outputs").EnumerateArray()];
        Assert.Equal(expected.Length, outputs.Length);
        for (int i = 0; i < outputs.Length; i++)
            KerasReference.AssertClose(expected[i], outputs[i], 1e-5);
    }

    private static void Check(JsonElement entry, KerasGeneration generation)
    {
        string className = entry.GetProperty("class").GetString()!;
        ConfigObject config = new(entry.GetProperty("config"), className);
        using Layer layer =
            (Layer)ConfigReader.ReadNamed(typeof(Layer), className, config, new ConfigContext(generation) { IsStrict = true });
        using TensorScope scope = new();
        if (entry.TryGetProperty("adapt", out JsonElement data))
            ((AdaptableLayer)layer).Adapt(ToTensor(data));
        AssertBehaves(layer, entry);

        // The written configuration says as much, also of what was learned.
        JsonElement written = JsonSerializer.SerializeToElement(layer.GetConfig(generation));
        using Layer again =
            (Layer)ConfigReader.ReadNamed(typeof(Layer), className, new ConfigObject(written, className),
            new ConfigContext(generation) { IsStrict = true });
        AssertBehaves(again, entry);
    }

    private static void AssertBehaves(Layer layer, JsonElement entry)
    {
        Tensor[] inputs = [.. entry.GetProperty("inputs").EnumerateArray().Select(ToTensor)];
        JsonElement expected = entry.GetProperty("output");
        AssertEqual(expected, layer.Call(inputs)[0]);
        if (layer is StringLookup or TextVectorization)
            Assert.Equal(Texts(entry.GetProperty("vocabulary")), layer is StringLookup lookup
                ? lookup.GetVocabulary() : ((TextVectorization)layer).GetVocabulary());
        if (layer is IntegerLookup integers)
            Assert.Equal(entry.GetProperty("vocabulary").EnumerateArray().Select(number => number.GetInt64()), integers.GetVocabulary());
    }

    private static void AssertEqual(JsonElement expected, Tensor actual)
    {
        Assert.Equal(KerasReference.ShapeOf(expected), actual.Shape);
        if (expected.GetProperty("dtype").GetString() == "string")
            Assert.Equal(Texts(expected.GetProperty("data")), actual.ToStrings());
        else
            KerasReference.AssertClose(expected, actual, 1e-6);
    }

    private static Tensor ToTensor(JsonElement array) => array.GetProperty("dtype").GetString() == "string"
        ? Tensor.FromStrings(Texts(array.GetProperty("data")), KerasReference.ShapeOf(array))
        : KerasReference.ToTensor(array);

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];
}

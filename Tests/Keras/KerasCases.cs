using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Keras;

/// <summary>The reference cases whose layers are all known.</summary>
internal static class KerasCases
{
    /// <summary>Cases that are not loaded as whole models, with the reason.</summary>
    private static readonly Dictionary<string, string> NotLoaded = new(StringComparer.Ordinal)
    {
        ["k3_subclassed"] = "a class of the user's own, which Keras itself cannot read back",
    };

    /// <summary>The folders' names, with those that have a whole model in legacy HDF5.</summary>
    public static IReadOnlyList<string> Names()
    {
        List<string> names = [];
        foreach (string folder in Directory.GetDirectories(ReferenceRoot.Require("keras", "cases")).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "case.json")))
                continue;
            JsonElement architecture = KerasReference.Read("cases", Path.GetFileName(folder), "case.json").GetProperty("architecture");
            if (!NotLoaded.ContainsKey(Path.GetFileName(folder)) && File.Exists(Path.Combine(folder, "model.h5")) && IsKnown(architecture))
            {
                names.Add(Path.GetFileName(folder));
            }
        }

        return names;
    }

    /// <summary>Whether all layers are known, those of models within the model too.</summary>
    private static bool IsKnown(JsonElement architecture) =>
        architecture.TryGetProperty("layers", out JsonElement layers) && layers.EnumerateArray().All(
        layer => KerasRegistry.Find(typeof(Layer), layer.GetProperty("class").GetString()!, KerasGeneration.Keras3) is not null
            && (!layer.TryGetProperty("model", out JsonElement model) || IsKnown(model)));

    public static string PathOf(string name, string file) => ReferenceRoot.PathOf("keras", "cases", name, file);

    /// <summary>Whether a case has a whole model besides its weights.</summary>
    public static bool HasModel(string name) => File.Exists(PathOf(name, "model.h5")) || File.Exists(PathOf(name, "model.keras"));
}

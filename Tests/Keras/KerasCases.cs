using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Keras;

/// <summary>The reference cases whose layers are all known.</summary>
internal static class KerasCases
{
    /// <summary>The folders' names, with those that have a whole model in legacy HDF5.</summary>
    public static IReadOnlyList<string> Names()
    {
        List<string> names = [];
        foreach (string folder in Directory.GetDirectories(ReferenceRoot.Require("keras", "cases")).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "case.json")))
                continue;
            JsonElement architecture = KerasReference.Read("cases", Path.GetFileName(folder), "case.json").GetProperty("architecture");
            if (File.Exists(Path.Combine(folder, "model.h5")) && IsKnown(architecture))
            {
                names.Add(Path.GetFileName(folder));
            }
        }

        return names;
    }

    /// <summary>Whether all layers are known, those of models within the model too.</summary>
    private static bool IsKnown(JsonElement architecture) => architecture.TryGetProperty("layers", out JsonElement layers) && layers.EnumerateArray().All(
        layer => KerasRegistry.Find(typeof(Layer), layer.GetProperty("class").GetString()!, KerasGeneration.Keras3) is not null
            && (!layer.TryGetProperty("model", out JsonElement model) || IsKnown(model)));

    public static string PathOf(string name, string file) => ReferenceRoot.PathOf("keras", "cases", name, file);
}

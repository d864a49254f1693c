using System.Text.Json;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Keras;

/// <summary>The reference cases whose layers are InputLayer, Dense, Activation and Dropout only.</summary>
internal static class KerasCases
{
    private static readonly string[] Known = ["InputLayer", "Dense", "Activation", "Dropout"];

    /// <summary>The folders' names, with those that have a whole model in legacy HDF5.</summary>
    public static IReadOnlyList<string> Names()
    {
        List<string> names = [];
        foreach (string folder in Directory.GetDirectories(ReferenceRoot.Require("keras", "cases")).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "case.json")))
                continue;
            JsonElement architecture = KerasReference.Read("cases", Path.GetFileName(folder), "case.json").GetProperty("architecture");
            if (File.Exists(Path.Combine(folder, "model.h5")) && architecture.TryGetProperty("layers", out JsonElement layers)
                && layers.EnumerateArray().All(layer => Known.Contains(layer.GetProperty("class").GetString())))
            {
                names.Add(Path.GetFileName(folder));
            }
        }

        return names;
    }

    public static string PathOf(string name, string file) => ReferenceRoot.PathOf("keras", "cases", name, file);
}

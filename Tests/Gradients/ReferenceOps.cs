using System.Text.Json;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Gradients;

/// <summary>The entries of the reference folder <c>ops</c>, told apart by their form: a file may have any name.</summary>
internal static class ReferenceOps
{
    /// <summary>One op with inputs, attributes and outputs.</summary>
    public static bool IsOp(JsonElement entry) =>
        Has(entry, "op", JsonValueKind.String) && Has(entry, "inputs", JsonValueKind.Array) && Has(entry, "attrs", JsonValueKind.Object)
        && Has(entry, "outputs", JsonValueKind.Array);

    /// <summary>A scenario in Python, with named inputs and results.</summary>
    public static bool IsScenario(JsonElement entry) =>
        Has(entry, "id", JsonValueKind.String) && Has(entry, "inputs", JsonValueKind.Object) && Has(entry, "results", JsonValueKind.Object);

    /// <summary>
    /// The names, without extension, of the files that have an entry of a form; where none has, one that is missing, so that the test says
    /// so.
    /// </summary>
    public static IReadOnlyList<string> Files(Func<JsonElement, bool> form)
    {
        string folder = ReferenceRoot.PathOf("ops");
        List<string> files = [];
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            if (Entries(document, form).Any())
                files.Add(Path.GetFileNameWithoutExtension(path));
        }

        return files.Count > 0 ? files : ["no-entries-of-this-form"];
    }

    /// <summary>The entries of a form.</summary>
    public static IEnumerable<JsonElement> Entries(JsonDocument document, Func<JsonElement, bool> form) =>
        document.RootElement.ValueKind == JsonValueKind.Object && Has(document.RootElement, "entries", JsonValueKind.Array)
            ? document.RootElement.GetProperty("entries").EnumerateArray()
                .Where(entry => entry.ValueKind == JsonValueKind.Object && form(entry))
            : [];

    private static bool Has(JsonElement entry, string name, JsonValueKind kind) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind;
}

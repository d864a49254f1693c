using System.Text;
using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>
/// The public classes and functions of Keras 2 and Keras 3, the C# class for each and what covers it, or the reason why there is none.
/// </summary>
internal static class KerasCoverage
{
    private static readonly Lazy<IReadOnlyList<KerasName>> All = new(Read);

    /// <summary>The names, by module.</summary>
    public static IReadOnlyList<KerasName> Names => All.Value;

    /// <summary>The modules whose names are not listed one by one.</summary>
    public static IReadOnlyList<string> OtherModules { get; } =
        [.. Document.SelectMany(library => library.Value.GetProperty("others").EnumerateObject().Select(module => module.Name)).Distinct()
        .Order(StringComparer.Ordinal)];

    /// <summary>The section of docs/reference/coverage.md.</summary>
    public static CoverageSection Section()
    {
        StringBuilder text = new();
        int here = Names.Count(name => name.Type is not null);
        text.Append($"{Names.Count} classes and functions are public in Keras 2 ({Version("keras2")}) or Keras 3 ({Version("keras3")}), "
            + $"aliases counted once.\n");
        text.Append($"{here} of them are here. {Names.Count - here} are not, each with its reason. The lists are those of\n");
        text.Append("[public_names.json](../../Tests/Reference/keras/public_names.json).\n\n");
        text.Append("A number after a file counts its recorded entries.\n");
        foreach (IGrouping<string, KerasName> module in Names.GroupBy(name => name.Module))
        {
            text.Append($"\n### keras.{module.Key}\n\n| Keras | Generations | C# | Tests, or why not |\n|---|---|---|---|\n");
            foreach (KerasName name in module)
            {
                text.Append(name.Type is { } type
                    ? $"| {name.Title} | {name.Generations} | `{type.Name}` | {string.Join(", ", name.Tests)} |\n"
                    : $"| {name.Title} | {name.Generations} | | {name.Reason} |\n");
            }
        }

        text.Append("\n### Other modules\n\n| Module | Names in Keras 2 | in Keras 3 | Here, or why not |\n|---|---|---|---|\n");
        foreach (string module in OtherModules)
            text.Append($"| keras{(module.Length == 0 ? "" : $".{module}")} | {Count("keras2", module)} | {Count("keras3", module)} | "
                + $"{KerasReasons.OfModule(module)} |\n");
        return new CoverageSection("Keras", text.ToString());
    }

    private static Dictionary<string, JsonElement> Document
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(
                File.ReadAllText(Path.Combine(Checkout.Root, "Tests", "Reference", "keras", "public_names.json")));
            return document.RootElement.EnumerateObject().ToDictionary(library => library.Name, library => library.Value.Clone());
        }
    }

    private static string Version(string library) => Document[library].GetProperty("version").GetString()!;

    private static string Count(string library, string module) =>
        Document[library].GetProperty("others").TryGetProperty(module, out JsonElement count) ? count.GetRawText() : "";

    private static IReadOnlyList<KerasName> Read()
    {
        Dictionary<string, JsonElement> document = Document;
        List<(string Module, string Name, string Object, bool Is2)> listed = [];
        foreach (string library in new[] { "keras2", "keras3" })
        {
            foreach (JsonProperty module in document[library].GetProperty("modules").EnumerateObject())
                listed.AddRange(module.Value.EnumerateArray()
                    .Select(entry =>
                    (module.Name, entry.GetProperty("name").GetString()!, entry.GetProperty("object").GetString()!, library == "keras2")));
        }

        return
        [
            .. from entry in listed
               group entry by (entry.Module, entry.Object) into same
               orderby listed.FindIndex(entry => entry.Module == same.Key.Module), same.Key.Object.ToUpperInvariant()
               select Make(same.Key.Module, same.Key.Object, [.. same.Select(entry => entry.Name).Distinct().Order(StringComparer.Ordinal)],
                   same.Any(entry => entry.Is2), same.Any(entry => !entry.Is2)),
        ];
    }

    private static KerasName Make(string module, string of, string[] names, bool in2, bool in3)
    {
        string[] all = [of, .. names];
        Type? type = (in3 ? KerasTypes.Find(module, all, KerasGeneration.Keras3) : null)
            ?? (in2 ? KerasTypes.Find(module, all, KerasGeneration.Keras2) : null);
        return new KerasName(module, of, names, in2, in3, type, type is null ? [] : KerasTestIndex.Of(module, all, type));
    }
}

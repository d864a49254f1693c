using System.Text.RegularExpressions;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>Finds what covers a class: tests beside it by name, recorded entries, and otherwise the tests that name it.</summary>
internal static partial class KerasTestIndex
{
    private const int MostFiles = 2;

    private static readonly Lazy<Dictionary<string, SortedDictionary<string, int>>> Recorded = new(ReadRecorded);
    private static readonly Lazy<(string Name, string Link, HashSet<string> Words)[]> Sources = new(ReadSources);

    /// <summary>The links for a class that Keras knows by some names.</summary>
    public static IReadOnlyList<string> Of(string module, IReadOnlyCollection<string> names, Type type)
    {
        List<string> links = [.. Sources.Value.Where(source => source.Name == $"{type.Name}Tests").Select(source => source.Link)];
        Dictionary<string, int> counts = [];
        foreach (string name in names.Append(type.Name).Distinct())
        {
            foreach ((string file, int count) in Recorded.Value.GetValueOrDefault(name, []))
            {
                if (IsFor(module, file))
                    counts[file] = counts.GetValueOrDefault(file) + count;
            }
        }

        links.AddRange(counts.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"[{Path.GetFileNameWithoutExtension(pair.Key)}](../../Tests/Reference/keras/{pair.Key}): {pair.Value}"));
        if (links.Count == 0)
            links.AddRange(Sources.Value.Where(source => source.Words.Contains(type.Name)).Select(source => source.Link).Take(MostFiles));
        return links;
    }

    // Layers stand in files of their family, all else in the table of its kind.
    private static bool IsFor(string module, string file) =>
        module is "layers" or "optimizers"
            ? file.StartsWith($"{module}/", StringComparison.Ordinal)
            : file.EndsWith($"_{module.Split('.')[^1]}.json", StringComparison.Ordinal);

    private static Dictionary<string, SortedDictionary<string, int>> ReadRecorded()
    {
        Dictionary<string, SortedDictionary<string, int>> all = new(StringComparer.Ordinal);
        string root = Path.Combine(Checkout.Root, "Tests", "Reference", "keras");
        foreach (string folder in new[] { "layers", "tables", "optimizers" })
        {
            foreach (string path in Directory.EnumerateFiles(Path.Combine(root, folder), "*.json"))
            {
                string file = $"{folder}/{Path.GetFileName(path)}";
                foreach (Match match in Named().Matches(File.ReadAllText(path)))
                {
                    string name = match.Groups[1].Value;
                    if (!all.TryGetValue(name, out SortedDictionary<string, int>? counts))
                        all[name] = counts = new(StringComparer.Ordinal);
                    counts[file] = counts.GetValueOrDefault(file) + 1;
                }
            }
        }

        return all;
    }

    private static (string Name, string Link, HashSet<string> Words)[] ReadSources()
    {
        string root = Path.Combine(Checkout.Root, "Tests", "Keras");
        return
        [
            .. from path in Directory.EnumerateFiles(root, "*Tests.cs", SearchOption.AllDirectories)
               orderby path
               let name = Path.GetFileNameWithoutExtension(path)
               let link = $"[{name}](../../{Path.GetRelativePath(Checkout.Root, path).Replace('\\', '/')})"
               select (name, link, Word().Matches(File.ReadAllText(path)).Select(match => match.Value).ToHashSet()),
        ];
    }

    [GeneratedRegex("\"(?:class|name)\": \"(\\w+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("[A-Z]\\w+")]
    private static partial Regex Word();
}

using System.Text.RegularExpressions;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.ArchitectureRules;

/// <summary>Documents and comments use the words of the field, in lines that can be read.</summary>
public sealed partial class LanguageTests
{
    private const int Width = 140;

    // A pattern of words that this project once used in a sense of its own, and what the field says.
    private static readonly (string Pattern, string Instead)[] Banned =
    [
        ("leas(?:e|es|ed|ing)", "reference, AddRef, Release"),
        ("hears?|heard", "receives"),
        ("nobody", "null disables; not used"),
        ("anybody", "any observer; the name of the one who asks"),
        ("whatever", "any; regardless of"),
        ("whoever", "the caller"),
        ("those who", "callers, observers"),
        ("beside", "next to; in addition to; compared with"),
        ("told", "given, receives, reported to"),
        ("tells? of", "reports"),
        ("course(?!\")", "history, run"),
        ("lent", "borrowed"),
        ("one's own", "custom, of your own"),
        ("anyhow", "already"),
        ("thereafter", "after that"),
        ("the seed's", "the recipe's"),
        ("but for", "except for; except"),
        ("in the place of", "in place of"),
        ("somebody|someone", "the caller; passive voice"),
    ];

    [Fact]
    public void Documents_UseTheWordsOfTheField()
    {
        List<string> found = [];
        int lines = 0;
        foreach ((string path, string line, int number) in Prose().Concat(Comments()))
        {
            lines++;
            Match word = BannedWords().Match(line);
            if (word.Success)
                found.Add($"{path}:{number}: '{word.Value}': say {InsteadOf(word.Value)}");
        }

        Assert.True(lines > 10_000, $"only {lines} lines were seen");
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void Messages_UseTheWordsOfTheField()
    {
        List<string> found = [];
        foreach ((string path, string text) in Product.Sources().Where(source => !source.Path.Contains("/Generated/", StringComparison.Ordinal)))
        {
            if (!BannedWords().IsMatch(text))
                continue;
            foreach ((int i, string line) in text.Split('\n').Index().Where(line => BannedWords().IsMatch(line.Item)))
            {
                foreach (Match literal in Literal().Matches(line).Where(literal => literal.Value.Contains(' ', StringComparison.Ordinal)))
                {
                    if (BannedWords().Match(literal.Value) is { Success: true } word)
                        found.Add($"{path}:{i + 1}: '{word.Value}': say {InsteadOf(word.Value)}");
                }
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void Lines_OfDocumentsAndComments_AreUpTo140ColumnsWide()
    {
        // Tables and links have no place to break.
        List<string> wide = [];
        foreach ((string path, string line, int number) in Prose().Where(line => !line.Line.StartsWith('|')).Concat(Comments()))
        {
            if (line.Length > Width && !Link().IsMatch(line))
                wide.Add($"{path}:{number}: {line.Length} columns");
        }

        Assert.True(wide.Count == 0, string.Join('\n', wide));
    }

    [Fact]
    public void BannedWords_InASentence_AreFound()
    {
        Assert.Matches(BannedWords(), "It hears of each iteration.");
        Assert.Matches(BannedWords(), "Whatever the reason");
        Assert.DoesNotMatch(BannedWords(), "A release of coarse besides.");
        Assert.Equal("receives", InsteadOf("Hears"));
    }

    private static string InsteadOf(string word) =>
        Banned.First(entry => Regex.IsMatch(word, $"^(?:{entry.Pattern})$", RegexOptions.IgnoreCase)).Instead;

    private static Regex BannedWords() => Words.Value;

    private static readonly Lazy<Regex> Words =
        new(() => new Regex($@"\b(?:{string.Join('|', Banned.Select(entry => entry.Pattern))})\b", RegexOptions.IgnoreCase | RegexOptions.Compiled));

    /// <summary>The lines of documents that are not code.</summary>
    private static IEnumerable<(string Path, string Line, int Number)> Prose()
    {
        string[] roots = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
        IEnumerable<string> files = roots.Select(name => Path.Combine(Checkout.Root, name))
            .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)))
            .Concat(Product.Folders.Select(folder => Path.Combine(Checkout.Root, folder, "README.md")).Where(File.Exists));
        foreach (string file in files)
        {
            bool isCode = false;
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                number++;
                if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                    isCode = !isCode;
                else if (!isCode)
                    yield return (Path.GetRelativePath(Checkout.Root, file), line, number);
            }
        }
    }

    /// <summary>The lines of the product's sources that are comments, but for generated ones.</summary>
    private static IEnumerable<(string Path, string Line, int Number)> Comments() =>
        from source in Product.Sources()
        where !source.Path.Contains("/Generated/", StringComparison.Ordinal)
        from line in source.Text.Split('\n').Select((text, i) => (Text: text, Number: i + 1))
        where line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal)
        select (source.Path, line.Text.TrimEnd('\r'), line.Number);

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"https?:|\]\([^)]{60,}\)|inheritdoc cref")]
    private static partial Regex Link();
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.ArchitectureRules;

/// <summary>Documents and comments use the words of the field, in lines that can be read.</summary>
public sealed partial class LanguageTests
{
    private const int Width = 140;
    private const int MostLines = 6;

    // A pattern of words that this project once used in a sense of its own, and what the field says.
    private static readonly (string Pattern, string Instead)[] Banned =
    [
        ("leas(?:e|es|ed|ing)", "reference, AddRef, Release"),
        ("hears?|heard", "receives"),
        ("nobody", "null disables; not used"),
        ("anybody|everybody", "any observer, every client; the name of the one who asks"),
        ("whatever", "any; regardless of"),
        ("whoever", "the caller"),
        ("those who", "callers, observers"),
        ("beside", "next to; in addition to; compared with"),
        ("told", "given, receives, reported to"),
        ("tells? of", "reports"),
        ("course(?!\")", "history, run"),
        ("lent", "borrowed"),
        ("one'?s own", "custom, of your own"),
        ("anyhow", "already"),
        ("thereafter", "after that"),
        ("the seed's", "the recipe's"),
        ("but for", "except for; except"),
        ("in the place of", "in place of"),
        ("somebody|someone", "the caller; passive voice"),
        ("so many", "this many, the given number of"),
        ("dearer", "slower, costs more"),
        ("for want of", "without, since there is no"),
        ("regardless of (?:of|is|says)", "a noun after regardless of"),
    ];

    [Fact]
    public void Documents_UseTheWordsOfTheField()
    {
        List<string> found = [];
        int lines = 0;
        (string Path, string Line, int Number) former = ("", "", 0);
        foreach ((string path, string line, int number) in Prose().Concat(NotebookTexts()).Concat(Comments()))
        {
            lines++;
            // The end of the line before, for phrases that a line break divides.
            bool follows = former.Path == path && former.Number == number - 1;
            string text = $"{(follows ? LastWords(former.Line) : "")} {line.TrimStart(' ', '/', '-')}";
            Match word = BannedWords().Match(text);
            if (word.Success)
                found.Add($"{path}:{number}: '{word.Value}': say {InsteadOf(word.Value)}");
            former = (path, line, number);
        }

        Assert.True(lines > 10_000, $"only {lines} lines were seen");
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void Messages_UseTheWordsOfTheField()
    {
        List<string> found = [];
        foreach ((string path, string text) in Product.Sources()
            .Where(source => !source.Path.Contains("/Generated/", StringComparison.Ordinal)))
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
    public void NamesOfTests_UseTheWordsOfTheField()
    {
        string[] names =
        [
            .. typeof(LanguageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
                .Where(method => method.IsDefined(typeof(FactAttribute), true)).Select(method => method.Name).Distinct(),
        ];
        Assert.True(names.Length > 1_000, $"only {names.Length} names were seen");
        Assert.DoesNotContain(names, name => BannedWords().IsMatch(WordsOfName().Replace(name, " ")));
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
    public void Paragraphs_OfDocuments_HaveAtMostSixLines()
    {
        List<string> longOnes = [];
        (string Path, int Number) last = ("", 0);
        int lines = 0;
        foreach ((string path, string line, int number) in Prose())
        {
            bool begins = line.TrimStart().StartsWith("- ", StringComparison.Ordinal) || last != (path, number - 1);
            bool isProse = line.Trim().Length > 0 && !ElsewhereThanProse().IsMatch(line);
            lines = !isProse ? 0 : begins ? 1 : lines + 1;
            last = (path, number);
            if (lines == MostLines + 1)
                longOnes.Add($"{path}:{number}");
        }

        Assert.True(longOnes.Count == 0, string.Join('\n', longOnes));
    }

    [Fact]
    public void BannedWords_InASentence_AreFound()
    {
        Assert.Matches(BannedWords(), "It hears of each iteration.");
        Assert.Matches(BannedWords(), "Whatever the reason");
        Assert.DoesNotMatch(BannedWords(), "A release of coarse besides.");
        Assert.Equal("receives", InsteadOf("Hears"));
        Assert.Matches(BannedWords(), WordsOfName().Replace("Trial_NobodyHears_AllocatesNothing", " "));
        Assert.Equal("leaves in the", LastWords("a pointer that Git leaves in the"));
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

    /// <summary>The lines of text of the notebooks.</summary>
    private static IEnumerable<(string Path, string Line, int Number)> NotebookTexts() =>
        from file in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "notebooks"), "*.ipynb")
        from cell in JsonNode.Parse(File.ReadAllText(file))!["cells"]!.AsArray()
        where (string?)cell!["cell_type"] == "markdown"
        from line in cell["source"]!.AsArray().Select((text, i) => (Text: (string)text!, Number: i + 1))
        select ($"{Path.GetFileName(file)} {cell["id"]}", line.Text.TrimEnd('\n'), line.Number);

    /// <summary>The last three words of a line.</summary>
    private static string LastWords(string line) =>
        string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));

    /// <summary>The lines of the sources of the product and the benchmarks that are comments, except for generated ones.</summary>
    private static IEnumerable<(string Path, string Line, int Number)> Comments() =>
        from source in Product.Sources([.. Product.Folders, "Benchmarks"])
        where !source.Path.Contains("/Generated/", StringComparison.Ordinal)
        from line in source.Text.Split('\n').Select((text, i) => (Text: text, Number: i + 1))
        where line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal)
        select (source.Path, line.Text.TrimEnd('\r'), line.Number);

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Literal();

    // Between the words of a name.
    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|_")]
    private static partial Regex WordsOfName();

    // Tables, headings, code, and entries of numbered lists and of the changelog.
    [GeneratedRegex(@"^(?:\||#|    |\d+\. )")]
    private static partial Regex ElsewhereThanProse();

    [GeneratedRegex(@"https?:|\]\([^)]{60,}\)|inheritdoc cref")]
    private static partial Regex Link();
}

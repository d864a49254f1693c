using System.Text.RegularExpressions;
using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// Runs the C# blocks of a document, in order and in one state, and compares what they print with the block of text below each.
/// </summary>
internal static partial class DocumentRun
{
    /// <summary>When set to 1, what a tutorial or guide prints is written into it instead of compared.</summary>
    public const string Update = "TFLBFGS_UPDATE_DOCS";

    /// <summary>Runs a document that has nothing but pairs of a C# block and what it prints, which is compared exactly.</summary>
    /// <param name="name">The file in <c>docs</c>.</param>
    /// <param name="least">The least number of C# blocks.</param>
    public static void OfPairs(string name, int least)
    {
        IReadOnlyList<(string Language, string Text)> blocks =
            MarkdownBlocks.Of(File.ReadAllText(Path.Combine(Checkout.Root, "docs", name)));
        Assert.True(blocks.Count(block => block.Language == "csharp") >= least);
        using ScriptRunner runner = new();
        for (int i = 0; i < blocks.Count; i += 2)
        {
            Assert.Equal(("csharp", "text"), (blocks[i].Language, blocks[i + 1].Language));
            Assert.Equal(blocks[i + 1].Text, runner.Run(blocks[i].Text).Printed);
        }
    }

    /// <summary>
    /// Runs a document whose figures are those of a run: words must be the same, numbers agree as <see cref="PrintedText"/> says. The code
    /// runs
    /// in a folder of its own; paths below <c>Tests/Reference</c> are those of the checkout. Where no block of text follows, what is
    /// printed is
    /// not compared.
    /// </summary>
    /// <param name="name">The file in <c>docs</c>.</param>
    /// <param name="before">C# that runs first and is not in the document; null: nothing.</param>
    /// <returns>The number of C# blocks, and of lines that were compared.</returns>
    public static (int Blocks, int Lines) WithFigures(string name, string? before = null)
    {
        string path = Path.Combine(Checkout.Root, "docs", name), text = File.ReadAllText(path).ReplaceLineEndings("\n");
        bool stores = Environment.GetEnvironmentVariable(Update) == "1";
        IReadOnlyList<(string Language, string Text)> blocks = MarkdownBlocks.Of(text);
        int run = 0, lines = 0;
        string former = Environment.CurrentDirectory;
        using TemporaryFolder folder = new();
        Environment.CurrentDirectory = folder.Path;
        try
        {
            using ScriptRunner runner = new(typeof(TfLbfgs.Optimization.LossPlots).Assembly, typeof(TfLbfgs.Formats.StoredArray).Assembly);
            if (before is not null)
                runner.Run(before);
            for (int i = 0; i < blocks.Count; i++)
            {
                if (blocks[i].Language != "csharp")
                    continue;
                string printed = runner.Run(AsScript(blocks[i].Text)).Printed;
                run++;
                if (i + 1 == blocks.Count || blocks[i + 1].Language != "text")
                    continue;
                lines += printed.Count(c => c == '\n');
                string expected = blocks[i + 1].Text;
                if (stores)
                {
                    string pair = $"```csharp\n{blocks[i].Text}```\n\n```text\n";
                    Assert.Contains(pair + expected, text, StringComparison.Ordinal);
                    text = text.Replace($"{pair}{expected}```", $"{pair}{printed}```", StringComparison.Ordinal);
                }
                else if (PrintedText.Difference(expected, printed) is { } difference)
                {
                    Assert.Fail(
                        $"docs/{name}: {difference}\nin the output of\n{blocks[i].Text}\nWhen the change is meant, store the outputs with {Update}=1.");
                }
            }
        }
        finally
        {
            Environment.CurrentDirectory = former;
            KerasConfig.FloatX = DType.Float32;
        }

        if (stores)
            File.WriteAllText(path, text);
        return (run, lines);
    }

    // A script has no using declarations; what its variables hold is disposed at the end.
    private static string AsScript(string block) =>
        UsingDeclaration().Replace(block, "$1")
            .Replace("\"Tests/Reference/", $"\"{Checkout.Root}/Tests/Reference/", StringComparison.Ordinal);

    [GeneratedRegex(@"^using (\w[\w<>]* \w+ = )", RegexOptions.Multiline)]
    private static partial Regex UsingDeclaration();
}

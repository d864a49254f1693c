using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>Runs the C# blocks of a document, in order and in one state, and compares what they print with the block of text below each.</summary>
internal static class DocumentRun
{
    /// <summary>Runs a document that has nothing but pairs of a C# block and what it prints.</summary>
    /// <param name="name">The file in <c>docs</c>.</param>
    /// <param name="least">The least number of C# blocks.</param>
    public static void OfPairs(string name, int least)
    {
        IReadOnlyList<(string Language, string Text)> blocks = MarkdownBlocks.Of(File.ReadAllText(Path.Combine(Checkout.Root, "docs", name)));
        Assert.True(blocks.Count(block => block.Language == "csharp") >= least);
        using ScriptRunner runner = new();
        for (int i = 0; i < blocks.Count; i += 2)
        {
            Assert.Equal(("csharp", "text"), (blocks[i].Language, blocks[i + 1].Language));
            Assert.Equal(blocks[i + 1].Text, runner.Run(blocks[i].Text).Printed);
        }
    }
}

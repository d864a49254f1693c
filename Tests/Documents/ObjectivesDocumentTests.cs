using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/objectives.md does what it says.</summary>
public sealed class ObjectivesDocumentTests : LeakChecked
{
    [Fact]
    public void CSharpBlocks_OfTheDocument_RunAndPrintWhatStandsBelow()
    {
        IReadOnlyList<(string Language, string Text)> blocks = MarkdownBlocks.Of(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "objectives.md")));
        Assert.True(blocks.Count(block => block.Language == "csharp") >= 6);
        using ScriptRunner runner = new();
        for (int i = 0; i < blocks.Count; i += 2)
        {
            Assert.Equal(("csharp", "text"), (blocks[i].Language, blocks[i + 1].Language));
            Assert.Equal(blocks[i + 1].Text, runner.Run(blocks[i].Text).Printed);
        }
    }
}

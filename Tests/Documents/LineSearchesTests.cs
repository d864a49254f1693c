using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/guides/line-searches.md does what it says.</summary>
public sealed class LineSearchesTests : LeakChecked
{
    [Fact]
    public void EveryCSharpBlock_RunsAndPrintsWhatStandsBelow()
    {
        IReadOnlyList<(string Language, string Text)> blocks = MarkdownBlocks.Of(
            File.ReadAllText(Path.Combine(Checkout.Root, "docs", "guides", "line-searches.md")));
        using ScriptRunner runner = new();
        int run = 0;
        for (int i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Language != "csharp")
                continue;
            string expected = i + 1 < blocks.Count && blocks[i + 1].Language == "text" ? blocks[i + 1].Text : "";
            Assert.True(expected == runner.Run(blocks[i].Text).Printed, $"{blocks[i].Text}\nexpected:\n{expected}");
            run++;
        }

        Assert.Equal(6, run);
    }
}

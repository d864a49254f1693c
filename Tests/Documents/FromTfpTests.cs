using System.Globalization;
using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/guides/from-tfp.md and docs/guides/from-scipy.md do what they say.</summary>
public sealed class FromTfpTests : LeakChecked
{
    private static IReadOnlyList<(string Language, string Text)> Tfp => Blocks("from-tfp.md");

    private static IReadOnlyList<(string Language, string Text)> SciPy => Blocks("from-scipy.md");

    [Fact]
    public void Tfp1204_EveryCSharpBlock_RunsAndPrintsWhatStandsBelow()
    {
        IReadOnlyList<(string Language, string Text)> blocks = [.. Tfp, .. SciPy];
        Assert.True(blocks.Count(block => block.Language == "csharp") >= 10);
        Assert.All(blocks, block => Assert.Contains(block.Language, (string[])["csharp", "text", "python"]));
        using ScriptRunner runner = new();
        try
        {
            for (int i = 0; i < blocks.Count; i++)
            {
                if (blocks[i].Language != "csharp")
                    continue;
                string expected = i + 1 < blocks.Count && blocks[i + 1].Language == "text" ? blocks[i + 1].Text : "";
                Assert.True(expected == runner.Run(blocks[i].Text).Printed, $"{blocks[i].Text}\nexpected:\n{expected}");
            }
        }
        finally
        {
            KerasConfig.FloatX = DType.Float32;
        }
    }

    [Fact]
    public void CSharpBlocks_EachButTheDeclarations_HavePythonBefore()
    {
        // Only what Python has no form of stands alone: variables of an objective, and a function that computes its gradient in tensors.
        foreach (IReadOnlyList<(string Language, string Text)> blocks in (IReadOnlyList<(string Language, string Text)>[])[Tfp, SciPy])
            Assert.Equal(1,
                Enumerable.Range(1, blocks.Count - 1).Count(i => blocks[i].Language == "csharp" && blocks[i - 1].Language != "python"));
    }

    [Fact]
    [Trait("Category", "Peers")]
    public void PythonBlocks_RunByRealPackages_ReachTheLossOfTheDocument()
    {
        Peers.Require();
        string program = string.Concat(Tfp.Concat(SciPy).Where(block => block.Language == "python").Select(block => block.Text))
            .Replace("tf.print(", "pass  # tf.print(", StringComparison.Ordinal);
        string printed =
            Peers.Run($"import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\n{program}\nprint('loss', float(func.history[-1]))");
        string[] lines = printed.Trim().Split('\n');
        Assert.Contains("True [1. 1.]", lines);
        Assert.Contains(
            lines, line =>
                line.StartsWith("L2-error norm: ", StringComparison.Ordinal)
                && double.Parse(line[15..], CultureInfo.InvariantCulture) < 0.02);
        Assert.StartsWith("loss", lines[^1], StringComparison.Ordinal);
        Assert.True(double.Parse(lines[^1][5..], CultureInfo.InvariantCulture) < 1e-5, printed);
    }

    private static IReadOnlyList<(string Language, string Text)> Blocks(string guide) =>
        MarkdownBlocks.Of(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "guides", guide)));
}

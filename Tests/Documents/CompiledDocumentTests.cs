using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>The C# blocks that need a cluster, or are signatures rather than programs, compile.</summary>
public sealed class CompiledDocumentTests
{
    /// <summary>The documents, and what their blocks take as given.</summary>
    internal static IReadOnlyDictionary<string, string> Documents { get; } = new Dictionary<string, string>
    {
        ["cluster.md"] = """
            using TfLbfgs; using TfLbfgs.Distribution; using TfLbfgs.Formats; using TfLbfgs.Optimization; using TfLbfgs.Tensors;
            Objective objective = null!;
            Func<Tensor, (Tensor, Tensor)> function = null!;
            Tensor starts = null!;
            Cluster cluster = null!;
            string[] args = [];
            IReadOnlyList<StoredArray> Simulate(ShardRequest request) => [];
            """,
        ["reference/differences.md"] = """
            using TfLbfgs.Optimization; using TfLbfgs.Tensors;
            Func<Tensor, (Tensor Loss, Tensor Gradient)> lossAndGradient = null!, lossesAndGradients = null!;
            Tensor start = null!, starts = null!;
            """,
    };

    /// <summary>Their names.</summary>
    public static TheoryData<string> Names => [.. Documents.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void CSharpBlocks_Compile(string name)
    {
        string[] blocks = [.. MarkdownBlocks.Of(File.ReadAllText(Path.Combine(Checkout.Root, "docs", name)))
            .Where(block => block.Language == "csharp").Select((block, i) => $"void Block{i}()\n{{\n{block.Text}}}\n")];
        Assert.NotEmpty(blocks);
        Assert.Empty(ScriptRunner.ErrorsOf($"{Documents[name]}\n{string.Concat(blocks)}"));
        Assert.Contains("'Nothing'", Assert.Single(ScriptRunner.ErrorsOf($"{Documents[name]}\nvoid Wrong()\n{{\nLbfgs.Nothing();\n}}\n")),
            StringComparison.Ordinal);
    }
}

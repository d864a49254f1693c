using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>The tutorials and guides are programs: each of their C# blocks runs, and prints what stands below it.</summary>
public sealed class TutorialTests : LeakChecked
{
    // What documents take as given, in C#.
    private static readonly Dictionary<string, string?> Run = new()
    {
        ["tutorials/first-minimization.md"] = null,
        ["tutorials/refine-a-saved-model.md"] = null,
        ["tutorials/pinn.md"] = null,
        ["tutorials/classifier.md"] = null,
        ["tutorials/custom-layers.md"] = null,
        ["tutorials/many-starts.md"] = null,
        ["tutorials/resume.md"] = null,
        ["guides/from-torch.md"] = null,
        ["guides/from-tensorflow-net.md"] = null,
        ["guides/from-keras.md"] = null,
        ["guides/which-optimizer.md"] = null,
        ["guides/large-data.md"] = null,
        ["guides/gpu.md"] = null,
        ["guides/memory.md"] = """
            using TfLbfgs; using TfLbfgs.Tensors;
            var prediction = Tensor.From(new[] { 1.0 }); var target = Tensor.From(new[] { 2.0 });
            """,
        ["guides/batches.md"] = """
            using TfLbfgs; using TfLbfgs.Optimization; using TfLbfgs.Runtime; using TfLbfgs.Tensors;
            var centres = Tensor.Zeros([40, 2], DType.Float64);
            Func<Tensor, (Tensor, Tensor)> losses = x => (Tf.ReduceSum(Tf.Square(x), axis: -1), 2.0 * x);
            """,
        ["minimizer.md"] = """
            using TfLbfgs; using TfLbfgs.Optimization; using TfLbfgs.Tensors; using TfLbfgs.Variables;
            var start = Tensor.From(new[] { 3.0, -4.0 });
            var objective = new FunctionObjective(p => Tf.ReduceSum(Tf.Square(p) * Tf.Square(p) + p), start);
            """,
        ["directions.md"] = """
            using TfLbfgs; using TfLbfgs.Optimization; using TfLbfgs.Tensors;
            var start = Tensor.From(new[] { 3.0, -4.0 });
            Func<Tensor, Tensor> loss = p => Tf.ReduceSum(Tf.Square(p));
            """,
    };

    // Whose blocks other tests run.
    private static readonly string[] RunElsewhere =
    [
        "guides/from-scipy.md", "guides/from-tfp.md", "guides/line-searches.md", "guides/objectives.md", "guides/observing.md",
            "keras-files.md", "saved-models.md", "training.md",
    ];

    // Seconds each: they run with --explicit on.
    private static readonly string[] Long =
    [
        "guides/batches.md", "guides/from-tensorflow-net.md", "guides/which-optimizer.md", "tutorials/classifier.md",
            "tutorials/many-starts.md",
    ];

    /// <summary>The documents of each run.</summary>
    public static TheoryData<string> Short => [.. Run.Keys.Except(Long)];

    /// <summary>Those that take longer.</summary>
    public static TheoryData<string> Others => [.. Long];

    [Theory]
    [MemberData(nameof(Short))]
    public void CSharpBlocks_OfTheDocument_RunAndPrintWhatStandsBelow(string name)
    {
        (int blocks, int lines) = DocumentRun.WithFigures(name, Run[name]);
        Assert.True(blocks > 0);
        Assert.True(lines >= 5 || !name.StartsWith("tutorials/", StringComparison.Ordinal), $"only {lines} lines were compared");
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Others))]
    public void CSharpBlocks_OfLongerDocuments_RunAndPrintWhatStandsBelow(string name) =>
        CSharpBlocks_OfTheDocument_RunAndPrintWhatStandsBelow(name);

    [Fact]
    public void Documents_WithCSharp_AreAllRun()
    {
        string docs = Path.Combine(Checkout.Root, "docs");
        IEnumerable<string> documents = Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("```csharp", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(docs, path));
        Assert.Empty(documents.Except(Run.Keys).Except(RunElsewhere).Except(CompiledDocumentTests.Documents.Keys));
    }
}

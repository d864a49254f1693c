using TfLbfgs.Keras.Saving;
using TfLbfgs.Tests.Cli;
using TfLbfgs.Tests.Keras;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>The examples of docs/keras-files.md, and those of <c>inspect</c> and <c>convert</c> in docs/cli.md, run.</summary>
[Trait("Category", "Reference")]
public sealed class KerasFilesDocumentTests : LeakChecked
{
    private static string Docs => Path.Combine(Checkout.Root, "docs");

    [Fact]
    public void CSharpBlocks_OfTheDocument_Run()
    {
        using ScratchFolder folder = new();
        File.Copy(KerasCases.PathOf("k2_trained_adam", "model.h5"), folder.File("model.h5"));
        string[] blocks =
            [.. MarkdownBlocks.Of(File.ReadAllText(Path.Combine(Docs, "keras-files.md"))).Where(block => block.Language == "csharp")
            .Select(block => block.Text)];
        Assert.Equal(3, blocks.Length);
        using ScriptRunner runner = new(typeof(TfLbfgs.Formats.StoredArray).Assembly);
        runner.Run("using TfLbfgs.Keras; using TfLbfgs.Keras.Saving; using TfLbfgs.Runtime;");
        string printed = string.Concat(blocks.Select(block => runner.Run(InFolder(block, folder)).Printed));
        ModelFormats.Unregister(ModelFormats.All[0]);
        Assert.EndsWith("8", printed.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("variables loaded", printed, StringComparison.Ordinal);
        Assert.Contains(
            "legacy Keras HDF5, Keras 2.21.0: 8 weights, 13 variables of optimizer and metrics", printed, StringComparison.Ordinal);
        Assert.Contains("the architecture", printed, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("refined.keras")) && File.Exists(folder.File("model.weights.h5")));
    }

    [Fact]
    public void ConvertExamples_OfTheCommandLine_Run()
    {
        using ScratchFolder folder = new();
        File.Copy(KerasCases.PathOf("k2_blog_mlp", "model.h5"), folder.File("model.h5"));
        Directory.CreateDirectory(folder.File("checkpoints"));
        foreach (string file in Directory.GetFiles(KerasCases.PathOf("k2_blog_mlp", "checkpoint")))
            File.Copy(file, Path.Combine(folder.File("checkpoints"), Path.GetFileName(file)));
        string[] examples = [.. File.ReadLines(Path.Combine(Docs, "cli.md")).Where(line =>
            line.StartsWith("    tflbfgs convert ", StringComparison.Ordinal) && !line.Contains(" IN ", StringComparison.Ordinal))];
        Assert.Equal(3, examples.Length);
        foreach (string example in examples)
        {
            IEnumerable<string> words = example.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1);
            CliProgram.Run(
                [.. words.Select(word => word.Contains('.', StringComparison.Ordinal) || word.EndsWith('/') ? folder.File(word) : word)])
                .Succeeded();
        }

        Assert.True(File.Exists(folder.File("model.keras")) && File.Exists(folder.File("model.weights.h5"))
            && File.Exists(folder.File("exported/saved_model.pb")));
    }

    private static string InFolder(string block, ScratchFolder folder)
    {
        foreach (string name in (string[])["model.h5", "refined.keras", "model.weights.h5", "model.weights.csv"])
            block = block.Replace($"\"{name}\"", $"\"{folder.File(name)}\"", StringComparison.Ordinal);
        // A script has no using declarations.
        return block.Replace("using Model model", "Model model", StringComparison.Ordinal);
    }
}

using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>The first program of README.md.</summary>
public sealed class ReadmeTests : LeakChecked
{
    [Fact]
    public void FirstBlock_WithItsUsings_TrainsAModelAndSaysWhyItStopped()
    {
        string program = MarkdownBlocks.Of(File.ReadAllText(Path.Combine(Checkout.Root, "README.md"))).First(block => block.Language == "csharp").Text;
        string[] lines = program.Replace("500", "20", StringComparison.Ordinal).Split('\n');
        int usings = lines.Count(line => line.StartsWith("using TfLbfgs", StringComparison.Ordinal));
        Assert.InRange(usings, 1, 5);
        using ScriptRunner runner = new();
        runner.Run("""
            using TfLbfgs.Tensors;
            Tensor x = Tensor.From<double>([-1, -0.5, 0, 0.5, 1], [5, 1]), y = Tensor.From<double>([1, 0.25, 0, 0.25, 1], [5, 1]);
            """);
        // A script has no using declarations outside of a block.
        string[] cell = [.. lines[..usings], "{", .. lines[usings..], "}"];
        Assert.Contains("loss", runner.Run(string.Join('\n', cell)).Printed, StringComparison.OrdinalIgnoreCase);
        runner.Run("x.Dispose(); y.Dispose();");
    }
}

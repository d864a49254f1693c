using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>The programs of README.md.</summary>
public sealed class ReadmeTests : LeakChecked
{
    private static string[] Programs =>
        [.. MarkdownBlocks.Of(File.ReadAllText(Path.Combine(Checkout.Root, "README.md"))).Where(block => block.Language == "csharp")
            .Select(block => block.Text)];

    [Fact]
    public void FirstBlock_WithItsUsings_TrainsAModelAndSaysWhyItStopped()
    {
        string[] lines = Programs[0].Replace("500", "20", StringComparison.Ordinal).TrimEnd().Split('\n');
        int usings = lines.Count(line => line.StartsWith("using TfLbfgs", StringComparison.Ordinal));
        Assert.InRange(usings, 1, 5);
        Assert.InRange(lines.Length, 5, 12);
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

    [Fact]
    public void OtherBlocks_WithAModelAndData_Run()
    {
        using ScriptRunner runner = new();
        runner.Run("""
            using TfLbfgs; using TfLbfgs.Keras; using TfLbfgs.Keras.Callbacks; using TfLbfgs.Keras.Layers; using TfLbfgs.Keras.Optimizers;
            using TfLbfgs.Optimization; using TfLbfgs.Runtime; using TfLbfgs.Tensors;
            Tensor x = Tensor.From<double>([-1, -0.5, 0, 0.5, 1], [5, 1]), y = Tensor.From<double>([1, 0.25, 0, 0.25, 1], [5, 1]);
            var model = new Sequential(DType.Float64) { new Dense(4, "tanh"), new Dense(1) };
            """);
        string[] others = Programs[1..];
        Assert.Equal(2, others.Length);
        foreach (string block in others)
            runner.Run($"{{\n{block}}}");
    }
}

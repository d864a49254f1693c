using System.Text;
using TfLbfgs.Gradients;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>In turn with the tests that register rules of their own for a moment.</summary>
[Collection("TensorFlow")]
public class GradientDocumentTests
{
    private const string Update = "TFLBFGS_UPDATE_DOCS";

    private static string DocumentPath => Path.Combine(Checkout.Root, "docs", "reference", "gradients.md");

    [Fact]
    public void Document_OfRules_ListsThoseThatExist()
    {
        string expected = Text();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(DocumentPath)!);
            File.WriteAllText(DocumentPath, expected);
        }

        Assert.True(
            File.Exists(DocumentPath) && File.ReadAllText(DocumentPath).ReplaceLineEndings("\n") == expected,
            $"docs/reference/gradients.md does not list the rules that exist. Run this test with {Update}=1 and commit the file.");
    }

    [Fact]
    public void Rules_OfRegistry_AreNamedAfterOps()
    {
        IEnumerable<RawOpAttribute> marks = typeof(RawOps).GetMethods()
            .SelectMany(method => method.GetCustomAttributes(typeof(RawOpAttribute), false).Cast<RawOpAttribute>());
        HashSet<string> ops = [.. marks.Select(mark => mark.Name)];
        // These two exist in graphs only.
        string[] unknown =
            [.. GradientRegistry.Names.Where(name => !ops.Contains(name)
            && name is not ("Const" or "Placeholder" or "PlaceholderWithDefault"))];
        Assert.Empty(unknown);
    }

    private static string Text()
    {
        string[] names = [.. GradientRegistry.Names.Order(StringComparer.Ordinal)];
        StringBuilder text = new();
        text.Append("# Ops with a gradient rule\n\n");
        text.Append($"Written by a test (`GradientDocumentTests`) from the {names.Length} rules that exist; to renew it run the test "
            + $"with `{Update}=1`.\n");
        text.Append("Rules are made of public ops, so they nest to any order and can be traced. The formulas, and where a gradient is "
            + "zero or null, are\n");
        text.Append("TensorFlow's except for what [differences.md](differences.md) lists.\n");
        text.Append("Through ops that stop, no gradient passes: it is null. A gradient through any other op is refused with its name.\n\n");
        text.Append("| Op | Gradient |\n|---|---|\n");
        foreach (string name in names)
            text.Append($"| {name} | {(GradientRegistry.IsNotDifferentiable(name) ? "stops" : "yes")} |\n");
        return text.ToString();
    }
}

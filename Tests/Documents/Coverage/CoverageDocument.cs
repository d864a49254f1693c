using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>
/// docs/reference/coverage.md: what TensorFlow and Keras have, and what covers it here. Each section is written by a class of its own.
/// </summary>
internal static class CoverageDocument
{
    /// <summary>The variable that renews the document.</summary>
    public const string Update = "TFLBFGS_UPDATE_DOCS";

    /// <summary>The file.</summary>
    public static string FilePath => Path.Combine(Checkout.Root, "docs", "reference", "coverage.md");

    /// <summary>The sections in their order.</summary>
    public static IReadOnlyList<CoverageSection> Sections => [OpCoverage.Section(), KerasCoverage.Section()];

    /// <summary>The whole document.</summary>
    public static string Text() =>
        $"# Coverage\n\nWritten by a test (`CoverageDocumentTests`); to renew it run the test with `{Update}=1`.\n"
        + string.Concat(Sections.Select(section => $"\n## {section.Heading}\n\n{section.Text}"));
}

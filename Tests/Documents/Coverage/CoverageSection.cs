namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>One section of docs/reference/coverage.md.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Text">Markdown, from the first paragraph to a last line end.</param>
internal sealed record CoverageSection(string Heading, string Text);

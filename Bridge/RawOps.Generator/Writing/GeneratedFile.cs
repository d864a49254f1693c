namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>A file that the generator makes.</summary>
/// <param name="Name">Its name in the output folder.</param>
/// <param name="Content">Its text, with line feeds.</param>
internal sealed record GeneratedFile(string Name, string Content);

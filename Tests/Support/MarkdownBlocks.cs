namespace TfLbfgs.Tests.Support;

/// <summary>The fenced code blocks of a Markdown document.</summary>
internal static class MarkdownBlocks
{
    /// <summary>All blocks in order: language and text, with line feeds.</summary>
    public static IReadOnlyList<(string Language, string Text)> Of(string markdown)
    {
        List<(string, string)> blocks = [];
        string? language = null;
        List<string> lines = [];
        foreach (string line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            if (language is null && line.StartsWith("```", StringComparison.Ordinal))
            {
                language = line[3..].Trim();
                lines.Clear();
            }
            else if (language is not null && line == "```")
            {
                blocks.Add((language, string.Concat(lines.Select(text => text + "\n"))));
                language = null;
            }
            else
            {
                lines.Add(line);
            }
        }

        return language is null ? blocks : throw new InvalidDataException($"a block of {language} is not closed");
    }
}

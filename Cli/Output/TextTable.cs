namespace TfLbfgs.Cli.Output;

/// <summary>A table in plain text: columns as wide as their widest cell.</summary>
internal static class TextTable
{
    private const int MaxWidth = 80;

    /// <summary>Writes a table.</summary>
    public static void Write(Report report, string[] header, IReadOnlyList<string[]> rows)
    {
        string[][] all =
            [.. ((IEnumerable<string[]>)[header, .. rows])
            .Select(row => row.Select(cell => TerminalText.Shorten(TerminalText.Clean(cell.ReplaceLineEndings(" ")), MaxWidth)).ToArray())];
        int[] widths = [.. header.Select((_, column) => all.Max(row => row[column].Length))];
        foreach (string[] row in all)
            report.Say(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}

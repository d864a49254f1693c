namespace TfLbfgs.Benchmarks.Running;

/// <summary>How a child process ended.</summary>
/// <param name="Output">What it printed to stdout.</param>
/// <param name="Errors">What it printed to stderr.</param>
/// <param name="ExitCode">Its exit code; null: it was killed at the limit.</param>
internal sealed record ProcessOutcome(string Output, string Errors, int? ExitCode)
{
    /// <summary>The last line of stdout that is a JSON object; null: there is none.</summary>
    public string? JsonLine => Output.Split('\n').LastOrDefault(line => line.StartsWith('{'));

    /// <summary>The last line of stderr, or of stdout where that is empty.</summary>
    public string LastWords => LastLine(Errors) ?? LastLine(Output) ?? "it printed nothing";

    private static string? LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}

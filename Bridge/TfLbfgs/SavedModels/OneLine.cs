namespace TfLbfgs.SavedModels;

/// <summary>Messages with names from files: a line break or an escape sequence in one must not reach a terminal.</summary>
internal static class OneLine
{
    /// <summary>A text without control characters and without the full stop at its end.</summary>
    public static string Of(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c)).TrimEnd('.');

    /// <summary>Whether an exception of a graph must be written anew.</summary>
    public static bool IsNeeded(Exception e) => e is not TfLbfgsException || e.Message.Any(char.IsControl);
}

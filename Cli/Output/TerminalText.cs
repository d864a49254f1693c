using System.Globalization;
using System.Text;

namespace TfLbfgs.Cli.Output;

/// <summary>Text for a terminal: what files and options hold must neither command it nor flood it.</summary>
internal static class TerminalText
{
    private const int MaxMessage = 1000;
    private const int MaxName = 60;
    private const int MaxNames = 600;

    /// <summary>
    /// The text with control characters, and those that change the direction of writing, as <c>\u001B</c>; line feeds stay.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;
        StringBuilder clean = new(text.Length + 16);
        foreach (char c in text)
        {
            if (IsUnsafe(c))
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                clean.Append(c);
        }

        return clean.ToString();
    }

    /// <summary>A message in one line of bounded length; the middle of a longer one is left out.</summary>
    public static string OneLine(string message)
    {
        string line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return Shorten(Clean(line), MaxMessage);
    }

    /// <summary>Names in quotes, separated by commas, long ones shortened and long lists cut.</summary>
    public static string Quote(IReadOnlyCollection<string> names)
    {
        StringBuilder listed = new();
        int count = 0;
        foreach (string name in names)
        {
            string quoted = $"'{Shorten(name, MaxName)}'";
            if (count > 0 && listed.Length + quoted.Length > MaxNames)
                return $"{listed} and {names.Count - count} more";
            listed.Append(count == 0 ? "" : ", ").Append(quoted);
            count++;
        }

        return listed.ToString();
    }

    /// <summary>The text, or its beginning and end where it is longer.</summary>
    public static string Shorten(string text, int length) =>
        text.Length <= length
            ? text : string.Concat(text.AsSpan(0, (length * 2 / 3) - 5), " ... ", text.AsSpan(text.Length - (length / 3)));

    private static bool IsUnsafe(char c) =>
        (char.IsControl(c) && c is not ('\n' or '\t'))
            || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029' or '\u200E' or '\u200F';
}

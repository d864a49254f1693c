using System.Globalization;
using System.Text.RegularExpressions;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// Compares what a program prints with what it printed when it was stored. Words must be the same. Numbers of another processor differ by
/// rounding, which a run of hundreds of iterations makes larger: whole numbers up to 20 must be equal, larger ones within a quarter of each
/// other; numbers with a fraction within 10 %; those below 1e-2, which are losses and errors at the end of a run, within a factor of 10.
/// </summary>
internal static partial class PrintedText
{
    /// <summary>The first difference, in a sentence; null where there is none.</summary>
    public static string? Difference(string stored, string printed)
    {
        string[] a = stored.TrimEnd().Split('\n'), b = printed.TrimEnd().Split('\n');
        if (a.Length != b.Length)
            return $"{a.Length} lines are stored, {b.Length} are printed:\n{printed}";
        for (int i = 0; i < a.Length; i++)
        {
            if (Words(a[i]) != Words(b[i]) || !Numbers(a[i]).Zip(Numbers(b[i]), Agree).All(agree => agree))
                return $"line {i + 1} is stored as\n{a[i]}\nand printed as\n{b[i]}";
        }

        return null;
    }

    private static string Words(string line) => Spaces().Replace(Number().Replace(line, "#"), " ");

    private static IEnumerable<string> Numbers(string line) =>
        Number().Matches(line).Select(match => match.Value.Replace(",", "", StringComparison.Ordinal));

    private static bool Agree(string a, string b)
    {
        double x = double.Parse(a, CultureInfo.InvariantCulture), y = double.Parse(b, CultureInfo.InvariantCulture);
        double larger = Math.Max(Math.Abs(x), Math.Abs(y)), difference = Math.Abs(x - y);
        if (long.TryParse(a, out _) && long.TryParse(b, out _))
            return difference <= (larger <= 20 ? 0 : 0.25 * larger);
        return difference <= 0.1 * larger || (larger < 1e-2 && (x == 0 || y == 0 || (x / y is > 0.1 and < 10)));
    }

    /// <summary>A number that stands apart: not the 64 of float64.</summary>
    [GeneratedRegex(@"(?<![\w.])[+-]?\d+(,\d{3})*(\.\d+)?(e[+-]?\d+)?(?![\w])", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

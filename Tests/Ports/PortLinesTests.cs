using System.Globalization;
using System.Text.RegularExpressions;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>
/// The table of docs/reference/ports.md has the lines of code of each port: those before its test class that are no comments, usings or blank.
/// </summary>
public sealed partial class PortLinesTests
{
    [Fact]
    public void Table_OfTheDocument_HasTheLinesOfThePorts()
    {
        string document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "reference", "ports.md"));
        MatchCollection rows = Row().Matches(document);
        string[] files = [.. Directory.GetFiles(Path.Combine(Checkout.Root, "Tests", "Ports"), "*Tests.cs").Where(IsPort).Order(StringComparer.Ordinal)];
        Assert.Equal(files.Select(Path.GetFileName), rows.Select(row => row.Groups["file"].Value).Order(StringComparer.Ordinal));
        foreach (Match row in rows)
        {
            int lines = LinesOf(files.Single(file => Path.GetFileName(file) == row.Groups["file"].Value));
            Assert.True(
                int.Parse(row.Groups["lines"].Value, CultureInfo.InvariantCulture) == lines,
                $"docs/reference/ports.md: expected {lines} lines of {row.Groups["file"].Value}, received {row.Groups["lines"].Value}");
        }
    }

    private static bool IsPort(string file) => Path.GetFileName(file) != "PortLinesTests.cs" && Path.GetFileName(file) != "PeersPortTests.cs";

    private static int LinesOf(string file) => File.ReadLines(file).Select(line => line.Trim())
        .TakeWhile(line => !line.StartsWith("public class ", StringComparison.Ordinal))
        .Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)
            && !(line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains(" = ", StringComparison.Ordinal) && !line.Contains('('))
            && !line.StartsWith("namespace ", StringComparison.Ordinal));

    // | 1 | [Burgers' equation](../../Tests/Ports/BurgersTests.cs) | 54 | 33 | 31 |
    [GeneratedRegex(@"^\| [^|]* \| \[[^\]]+\]\(\.\./\.\./Tests/Ports/(?<file>\w+\.cs)\)[^|]*\| [^|]* \| [^|]* \| (?<lines>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

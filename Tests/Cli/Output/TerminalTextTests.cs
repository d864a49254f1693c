using TfLbfgs.Cli.Output;
using Xunit;

namespace TfLbfgs.Tests.Cli.Output;

public class TerminalTextTests
{
    [Theory]
    [InlineData("plain größe ✓\tx\ny", "plain größe ✓\tx\ny")]
    [InlineData("\u001b[2J\u001b]0;pwned\u0007", "\\u001B[2J\\u001B]0;pwned\\u0007")]
    [InlineData("\u009b31m", "\\u009B31m")]
    [InlineData("a\u202eb", "a\\u202Eb")]
    [InlineData("a\rb\u007f", "a\\u000Db\\u007F")]
    public void Clean_ControlCharacters_Shown(string text, string expected) => Assert.Equal(expected, TerminalText.Clean(text));

    [Fact]
    public void OneLine_LongMessage_KeepsBothEnds()
    {
        string line = TerminalText.OneLine("begin\n" + new string('x', 2_000_000) + " end.");
        Assert.InRange(line.Length, 100, 1000);
        Assert.StartsWith("begin x", line, StringComparison.Ordinal);
        Assert.EndsWith(" end.", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Quote_LongNamesAndLists_Bounded()
    {
        Assert.Equal("'a', 'b'", TerminalText.Quote(["a", "b"]));
        Assert.InRange(TerminalText.Quote([.. Enumerable.Repeat(new string('n', 1_000_000), 5)]).Length, 10, 700);
        Assert.EndsWith(" more", TerminalText.Quote([.. Enumerable.Range(0, 1000).Select(i => $"column{i}")]), StringComparison.Ordinal);
    }
}

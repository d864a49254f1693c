using Xunit;

namespace TfLbfgs.Tests.Support;

public sealed class SuitePartTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Has_EachClassOfTheSuite_IsInExactlyOnePart(int count)
    {
        SuitePart[] parts = [.. Enumerable.Range(1, count).Select(index => SuitePart.Parse($"{index}/{count}"))];
        string[] names = [.. typeof(SuitePartTests).Assembly.GetExportedTypes().Select(type => type.FullName!)];
        Assert.Contains(typeof(SuitePartTests).FullName, names);
        Assert.All(names, name => Assert.Single(parts, part => part.Has(name)));
        Assert.All(parts, part => Assert.InRange(names.Count(part.Has), names.Length / (count + 1.5), names.Length));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Parse_Nothing_IsTheWholeSuite(string? text) => Assert.True(SuitePart.Parse(text).Has(nameof(SuitePartTests)));

    [Theory]
    [InlineData("2")]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1/2/3")]
    [InlineData("one/two")]
    public void Parse_NoPart_SaysWhatWasExpected(string text)
    {
        string message = Assert.Throws<InvalidOperationException>(() => SuitePart.Parse(text)).Message;
        Assert.Contains($"as in 1/2, received '{text}'", message, StringComparison.Ordinal);
    }
}

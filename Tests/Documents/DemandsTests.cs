using System.Text.RegularExpressions;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/reference/demands.md names tests: each must be one.</summary>
public sealed partial class DemandsTests
{
    [Fact]
    public void Tests_OfEachDemand_Exist()
    {
        Type[] types = typeof(DemandsTests).Assembly.GetTypes();
        HashSet<string> names =
            [.. types.Select(type => type.Name), .. types.SelectMany(type => type.GetMethods()).Select(method => method.Name)];
        string text = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "reference", "demands.md"));
        string[] named = [.. Names().Matches(text).Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(named.Length > 30);
        Assert.DoesNotContain(named, name => !names.Contains(name));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9_]+|Tests|Checked))`")]
    private static partial Regex Names();
}

using System.Text.RegularExpressions;
using System.Xml.Linq;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.ArchitectureRules;

public sealed class DocumentTests
{
    [Fact]
    public void Links_BetweenDocuments_LeadSomewhere()
    {
        List<string> broken = [];
        int links = 0;
        foreach (string document in Documents())
        {
            string text = File.ReadAllText(document);
            foreach (Match link in Regex.Matches(text, @"\]\(\s*([^)\s]+)\s*\)|\b(?:src|href)=""([^""]+)"""))
            {
                string target = link.Groups[1].Success ? link.Groups[1].Value : link.Groups[2].Value;
                if (target.StartsWith('#') || Regex.IsMatch(target, "^[a-z]+:"))
                    continue;
                links++;
                string path = Path.Combine(Path.GetDirectoryName(document)!, target.Split('#')[0]);
                if (!File.Exists(path) && !Directory.Exists(path))
                    broken.Add($"{Path.GetRelativePath(Checkout.Root, document)}: {target}");
            }
        }

        Assert.Empty(broken);
        Assert.True(links > 5, $"only {links} links were seen");
    }

    [Fact]
    public void Sources_ThatNameADocument_NameOneThatExists()
    {
        foreach ((string path, string text) in Product.Sources())
        {
            foreach (Match name in Regex.Matches(text, @"\bdocs/[\w-]+\.md"))
                Assert.True(File.Exists(Path.Combine(Checkout.Root, name.Value)), $"{path} names {name.Value}");
        }
    }

    [Fact]
    public void Dependencies_OfTheRepository_EachHaveAReasonAndALicence()
    {
        string reasons = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "dependencies.md"));
        string notices = File.ReadAllText(Path.Combine(Checkout.Root, "THIRD_PARTY_NOTICES.md"));
        string[] packages = [.. XDocument.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value)];
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Contains($"`{package}`", reasons, StringComparison.Ordinal));
        Assert.All(packages, package => Assert.Contains(package, notices, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Checkout.Root, "*.md", SearchOption.AllDirectories).Where(path =>
        {
            string relative = Path.GetRelativePath(Checkout.Root, path);
            return !relative.Split('/').Any(part => part is "bin" or "obj" or ".git" or "TestResults") && !relative.StartsWith("Tests/Reference/", StringComparison.Ordinal);
        });
}

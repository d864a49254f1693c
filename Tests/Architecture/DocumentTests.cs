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
                if (Regex.IsMatch(target, "^[a-z]+:"))
                    continue;
                links++;
                string[] parts = target.Split('#');
                string path = parts[0].Length == 0 ? document : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, parts[0]));
                if (!File.Exists(path) && !Directory.Exists(path))
                    broken.Add($"{Path.GetRelativePath(Checkout.Root, document)}: {target}");
                else if (parts.Length > 1 && !Anchors(path).Contains(parts[1]))
                    broken.Add($"{Path.GetRelativePath(Checkout.Root, document)}: {target}, where no heading gives #{parts[1]}");
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
            foreach (Match name in Regex.Matches(text, @"\bdocs/[\w/-]+\.md"))
                Assert.True(File.Exists(Path.Combine(Checkout.Root, name.Value)), $"{path} names {name.Value}");
        }
    }

    [Fact]
    public void Dependencies_OfTheRepository_EachHaveAReasonAndALicence()
    {
        string reasons = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "internals", "dependencies.md"));
        string notices = File.ReadAllText(Path.Combine(Checkout.Root, "THIRD_PARTY_NOTICES.md"));
        string[] packages = [.. XDocument.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value)];
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Contains($"`{package}`", reasons, StringComparison.Ordinal));
        Assert.All(packages, package => Assert.Contains(package, notices, StringComparison.Ordinal));
    }

    [Fact]
    public void Documents_AreAllReachedFromTheIndex()
    {
        string docs = Path.Combine(Checkout.Root, "docs");
        string index = File.ReadAllText(Path.Combine(docs, "README.md"));
        IEnumerable<string> all = Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(docs, path))
            .Where(path => path != "README.md");
        Assert.DoesNotContain(all, path => !index.Contains($"({path})", StringComparison.Ordinal));
    }

    /// <summary>What the headings of a document are called in links, as the hosts of repositories name them.</summary>
    private static HashSet<string> Anchors(string path)
    {
        HashSet<string> anchors = [];
        string text = Regex.Replace(File.ReadAllText(path), "^```.*?^```", "", RegexOptions.Multiline | RegexOptions.Singleline);
        foreach (Match heading in Regex.Matches(text, "^#+ +(.+)$", RegexOptions.Multiline))
        {
            string plain = Regex.Replace(heading.Groups[1].Value.Trim(), @"\[([^\]]*)\]\([^)]*\)", "$1");
            anchors.Add(Regex.Replace(plain.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'));
        }

        return anchors;
    }

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Checkout.Root, "*.md", SearchOption.AllDirectories).Where(path =>
        {
            string relative = Path.GetRelativePath(Checkout.Root, path);
            return !relative.Split('/').Any(part => part is "bin" or "obj" or ".git" or "TestResults" or "artifacts") && !relative.StartsWith("Tests/Reference/", StringComparison.Ordinal);
        });
}

using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>The site has every document, and all that documents link to.</summary>
public sealed class SiteTests
{
    [Fact]
    public void Settings_NameEveryDocumentAndWhatTheyLinkTo()
    {
        JsonElement build = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "docfx.json"))).RootElement.GetProperty(
            "build");
        Regex pages = Patterns(build.GetProperty("content")), others = Patterns(build.GetProperty("resource"));
        string[] documents = [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Checkout.Root, "*.md"))];
        Assert.True(documents.Length > 40);
        Assert.DoesNotContain(documents.Select(Relative), document => !pages.IsMatch(document));
        string[] targets = [.. documents.SelectMany(Links).Select(Relative).Distinct()];
        Assert.True(targets.Length > 100);
        Assert.DoesNotContain(targets, target => !pages.IsMatch(target) && !others.IsMatch(target));
    }

    /// <summary>Builds it, which takes minutes and fetches docfx; a link that leads nowhere is an error.</summary>
    [Fact(Explicit = true)]
    public async Task Build_WithAllLinks_HasNoWarning()
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Path.Combine(Checkout.Root, ".ci", "site"))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true
            })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await error);
        TestContext.Current.TestOutputHelper?.WriteLine(output.TrimEnd().Split('\n')[^1]);
        Assert.True(File.Exists(Path.Combine(Checkout.Root, "artifacts", "site", "html", "docs", "tutorials", "pinn.html")));
    }

    private static string Relative(string path) => Path.GetRelativePath(Checkout.Root, path);

    private static IEnumerable<string> Links(string document) =>
        Regex.Matches(File.ReadAllText(document), @"\]\(([^)#\s:]+)(?:#[^)\s]*)?\)")
            .Select(link => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value)));

    // Of the groups of files that begin at the root.
    private static Regex Patterns(JsonElement groups) => new($"^(?:{string.Join('|', groups.EnumerateArray()
        .Where(group => !group.TryGetProperty("src", out _))
        .SelectMany(group => group.GetProperty("files").EnumerateArray()).Select(file => Pattern(file.GetString()!)))})$");

    private static string Pattern(string glob) => Regex.Replace(Regex.Escape(glob), @"\\\*\\\*/|\\\*|\\\{([^}]*)}", match => match.Value switch
    {
        @"\*\*/" => "(?:.*/)?",
        @"\*" => "[^/]*",
        _ => $"(?:{match.Groups[1].Value.Replace(',', '|')})",
    });
}

using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>Where the reference data lie: <c>TFLBFGS_REFERENCE</c>, or <c>Tests/Reference</c> of the checkout.</summary>
internal static class ReferenceRoot
{
    public const string Variable = "TFLBFGS_REFERENCE";

    private static readonly Lazy<string> Root = new(() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(Checkout.Root, "Tests", "Reference"));

    /// <summary>The root folder, laid out as <c>Tests/Reference</c>.</summary>
    public static string Folder => Root.Value;

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>A path below the root; skips the test when another root was given and does not hold it.</summary>
    public static string Require(params string[] parts)
    {
        string path = PathOf(parts);
        bool exists = File.Exists(path) || Directory.Exists(path);
        Assert.SkipWhen(!exists && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 }, $"{Variable} holds no {Path.Combine(parts)}");
        Assert.True(exists, $"missing reference data: {path}");
        return path;
    }
}

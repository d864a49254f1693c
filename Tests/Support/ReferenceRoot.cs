using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>Where the reference data lie: <c>TFLBFGS_REFERENCE</c>, or <c>Tests/Reference</c> of the checkout.</summary>
internal static class ReferenceRoot
{
    private const string Variable = "TFLBFGS_REFERENCE";

    // The runner changes the current folder: a relative path counts from the checkout.
    private static readonly string? Given = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path
        ? Path.GetFullPath(path, Checkout.Root) : null;

    /// <summary>
    /// Whether the data are others than those of the checkout: any part may then be missing, and what is not known may be skipped.
    /// </summary>
    public static bool IsOther => Given is not null;

    /// <summary>The root folder, laid out as <c>Tests/Reference</c>.</summary>
    public static string Folder => Given ?? Path.Combine(Checkout.Root, "Tests", "Reference");

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>A path below the root; skips the test when another root was given and does not hold it.</summary>
    public static string Require(params string[] parts)
    {
        // A root that is not there is a slip of the pen, and skipping everything would hide it.
        Assert.True(Directory.Exists(Folder),
            $"expected a folder of reference data{(IsOther ? $" in {Variable}" : "")}, received {Folder}, which does not exist");
        string path = PathOf(parts);
        bool exists = File.Exists(path) || Directory.Exists(path);
        Assert.SkipWhen(!exists && IsOther, $"{Variable} holds no {Path.Combine(parts)}");
        Assert.True(exists, $"missing reference data: {path}");
        return path;
    }
}

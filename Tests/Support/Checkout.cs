namespace TfLbfgs.Tests.Support;

/// <summary>The checkout that the tests run in, found upward from the test program.</summary>
internal static class Checkout
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The folder that holds <c>TfLbfgs.sln</c>.</summary>
    public static string Root => Found.Value;

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TfLbfgs.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No TfLbfgs.sln above {AppContext.BaseDirectory}.");
    }
}

namespace TfLbfgs.Benchmarks.Methods;

/// <summary>The reference data of the checkout: <c>TFLBFGS_REFERENCE</c>, or <c>Tests/Reference</c>.</summary>
internal static class ReferenceFolder
{
    /// <summary>A file below it.</summary>
    /// <exception cref="TfLbfgsException">It is not there.</exception>
    public static string PathOf(params string[] parts)
    {
        if (Environment.GetEnvironmentVariable("TFLBFGS_REFERENCE") is { Length: > 0 } given)
            return Existing(Path.Combine([given, .. parts]));
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TfLbfgs.sln")))
                return Existing(Path.Combine([folder.FullName, "Tests", "Reference", .. parts]));
        }

        throw new TfLbfgsException(
            "Expected to run inside a checkout, which holds Tests/Reference, or TFLBFGS_REFERENCE to name its folder.");
    }

    private static string Existing(string path) =>
        File.Exists(path) ? path : throw new TfLbfgsException($"Expected the reference data {path}, which are not there.");
}

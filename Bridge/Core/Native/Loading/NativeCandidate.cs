namespace TfLbfgs.Native.Loading;

/// <summary>A library file that may be loaded.</summary>
/// <param name="Source">The step of the search that found it.</param>
/// <param name="Path">Its absolute path.</param>
internal sealed record NativeCandidate(NativeSource Source, string Path)
{
    /// <summary>The library that <c>libtensorflow_cc.so.2</c> and <c>libtensorflow.so.2</c> need.</summary>
    public const string FrameworkName = "libtensorflow_framework.so.2";

    /// <summary>The names under which the C API is shipped, best first.</summary>
    public static readonly IReadOnlyList<string> AcceptedNames = ["libtensorflow_cc.so.2", "libtensorflow.so.2", "libtensorflow.so"];

    /// <summary>The framework library next to it, or next to the file that it is a symbolic link to; null when there is none.</summary>
    public string? Framework =>
        FrameworkBeside(Path)
        ?? (File.ResolveLinkTarget(Path, returnFinalTarget: true) is { } target ? FrameworkBeside(target.FullName) : null);

    /// <summary>True where the user named this place: then nothing else is tried.</summary>
    public bool IsExplicit => Source is NativeSource.Option or NativeSource.Environment;

    /// <summary>The first accepted name in a folder.</summary>
    /// <returns>The absolute path, or null when the folder holds none.</returns>
    public static string? FindIn(string folder)
    {
        foreach (string name in AcceptedNames)
        {
            string path = System.IO.Path.Combine(folder, name);
            if (File.Exists(path))
                return System.IO.Path.GetFullPath(path);
        }

        return null;
    }

    private static string? FrameworkBeside(string library)
    {
        string framework = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(library)!, FrameworkName);
        return File.Exists(framework) ? framework : null;
    }
}

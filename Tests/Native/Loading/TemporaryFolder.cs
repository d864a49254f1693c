namespace TfLbfgs.Tests.Native.Loading;

/// <summary>A folder of a test's own, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tflbfgs-test-").FullName;

    /// <summary>The path of something in it.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Creates a folder in it.</summary>
    public string Folder(params string[] parts) => Directory.CreateDirectory(At(parts)).FullName;

    /// <summary>Creates a file in it, with its folders.</summary>
    public string File(params string[] parts)
    {
        string path = At(parts);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, "not a library");
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

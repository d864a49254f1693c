namespace TfLbfgs.Native.Loading;

/// <summary>One library of the vendored archive, as it must be once unpacked.</summary>
internal sealed record VendoredFile(string Name, long Size, string Sha256)
{
    /// <summary>The name of its archive.</summary>
    public string ArchiveName => Name + ".zst";
}

/// <summary>
/// The TensorFlow that comes with TfLbfgs. The checksums are compiled in, so that no file next to the archive has to be trusted.
/// </summary>
internal sealed record VendoredRelease(string Version, string Rid, IReadOnlyList<VendoredFile> Files)
{
    /// <summary>TensorFlow 2.21.0 for the CPU. <c>native/README.md</c> says where it comes from.</summary>
    public static readonly VendoredRelease Current = new("2.21.0", "linux-x64",
    [
        new VendoredFile("libtensorflow_cc.so.2", 583_059_632, "958170f1f383da80ca4e4ee38a20fec28e9a43a5079e01fa7174945b324a86e9"),
        new VendoredFile("libtensorflow_framework.so.2", 51_371_704, "6629df2247df767b736a0e5f63bd5e5f70cd7a89df70bd0c9c53368d23355a5a"),
    ]);

    /// <summary>Bytes of all files, unpacked.</summary>
    public long TotalSize => Files.Sum(file => file.Size);

    /// <summary>The folder's name in the cache: another version, or another build of the same one, gets another folder.</summary>
    public string FolderName => $"tensorflow-{Version}-{Rid}-{Files[0].Sha256[..12]}";

    /// <summary>The library to load.</summary>
    public string MainFile => Files[0].Name;
}

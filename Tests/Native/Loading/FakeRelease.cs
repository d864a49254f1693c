using System.Security.Cryptography;
using TfLbfgs.Native.Loading;
using ZstdSharp;

namespace TfLbfgs.Tests.Native.Loading;

/// <summary>A small release in the form of the real one; the same in every process.</summary>
internal static class FakeRelease
{
    private const int Size = 6_000_000;

    /// <summary>What the files must be once unpacked.</summary>
    public static readonly VendoredRelease Release =
        new("0.0.1", new NativeSurroundings().Rid, [Describe("libtensorflow_cc.so.2", 1), Describe("libtensorflow_framework.so.2", 2)]);

    /// <summary>Writes the archives into a folder.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((VendoredFile file, int seed) in Release.Files.Zip([1, 2]))
        {
            using FileStream target = File.Create(Path.Combine(folder, file.ArchiveName));
            using CompressionStream compressed = new(target, 1);
            compressed.Write(Content(seed));
        }
    }

    /// <summary>Surroundings with nothing but this release, its archives and its cache below a folder.</summary>
    public static NativeSurroundings Surroundings(string folder) => new()
    {
        BaseDirectory = Path.Combine(folder, "app"),
        AssemblyFolder = "",
        HostFolders = [],
        Root = Path.Combine(folder, "root"),
        Release = Release,
        CanOpen = static _ => false,
        Variable = name => name == "TFLBFGS_CACHE" ? Path.Combine(folder, "cache") : null,
    };

    /// <summary>The folder in which the search looks for the archives first.</summary>
    public static string ArchiveFolder(string folder) => Path.Combine(folder, "app", "native", Release.Rid);

    private static VendoredFile Describe(string name, int seed) =>
        new(name, Size * seed, Convert.ToHexStringLower(SHA256.HashData(Content(seed))));

    /// <summary>Half noise, half zeros: compressible, but not to nothing.</summary>
    private static byte[] Content(int seed)
    {
        byte[] content = new byte[Size * seed];
        uint state = (uint)seed;
        for (int i = 0; i < content.Length; i += 2)
        {
            state = unchecked((state * 1664525) + 1013904223);
            content[i] = (byte)(state >> 24);
        }

        return content;
    }
}

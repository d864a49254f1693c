using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Loading;

/// <summary>What a library built for CUDA needs from the system.</summary>
internal static unsafe class GpuBuild
{
    /// <summary>The library that comes with NVIDIA's driver.</summary>
    public const string Driver = "libcuda.so.1";

    /// <summary><c>tensorflow::IsGoogleCudaEnabled()</c>, which Python asks too.</summary>
    private const string IsCudaSymbol = "_ZN10tensorflow19IsGoogleCudaEnabledEv";

    /// <summary>
    /// Whether a file is a CUDA build, without loading it: such builds look for NVIDIA's Python packages next to them, or need CUDA's
    /// libraries.
    /// </summary>
    public static bool IsGpuBuild(string library)
    {
        NativeCandidate candidate = new(NativeSource.Python, library);
        return NamesCuda(library) || (candidate.Framework is { } framework && NamesCuda(framework));
    }

    /// <summary>Whether the loaded library is a CUDA build.</summary>
    public static bool IsGpuBuild(nint handle, string library) =>
        NativeLibrary.TryGetExport(handle, IsCudaSymbol, out nint function)
            ? ((delegate* unmanaged<byte>)function)() != 0 : IsGpuBuild(library);

    /// <summary>The libraries that the GPU build of a TensorFlow version opens when it first uses the device.</summary>
    public static IReadOnlyList<string> Libraries(Version version)
    {
        if (version < new Version(2, 15))
        {
            return [Driver, "libcudart.so.11.0", "libcublas.so.11", "libcublasLt.so.11", "libcudnn.so.8", "libcufft.so.10",
                "libcusolver.so.11", "libcusparse.so.11", "libcupti.so.11.2", "libnccl.so.2"];
        }

        string cudnn = version < new Version(2, 18) ? "libcudnn.so.8" : "libcudnn.so.9";
        return [Driver, "libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", cudnn, "libcufft.so.11", "libcusolver.so.11",
            "libcusparse.so.12", "libcupti.so.12", "libnvJitLink.so.12", "libnccl.so.2"];
    }

    /// <summary>Those of <see cref="Libraries"/> that neither the system nor NVIDIA's Python packages have.</summary>
    public static IReadOnlyList<string> MissingLibraries(string library, Version version, Func<string, bool> canOpen)
    {
        HashSet<string> installed = [.. NvidiaFolders(library).SelectMany(Directory.EnumerateFiles).Select(file => Path.GetFileName(file))];
        return [.. Libraries(version).Where(name => !installed.Contains(name) && !canOpen(name))];
    }

    /// <summary>The run path names <c>$ORIGIN/../nvidia/PART/lib</c>, and <c>$ORIGIN/../../nvidia/PART/lib</c>.</summary>
    private static IEnumerable<string> NvidiaFolders(string library)
    {
        string own = Path.GetDirectoryName(library)!;
        string[] roots = [Path.Combine(own, "..", "nvidia"), Path.Combine(own, "..", "..", "nvidia")];
        return roots.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(part => Path.Combine(part, "lib"))
            .Where(Directory.Exists);
    }

    private static bool NamesCuda(string path)
    {
        try
        {
            using ElfLibrary elf = ElfLibrary.Open(path);
            return elf.RunPath.Contains("/nvidia/", StringComparison.Ordinal)
                || elf.Needed.Any(name => name.StartsWith("libcu", StringComparison.Ordinal)
                && !name.StartsWith("libcurl", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // Loading it, should it come to that, gives the reason.
            return false;
        }
    }
}

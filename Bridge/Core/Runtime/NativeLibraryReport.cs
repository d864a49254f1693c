using TfLbfgs.Native.Loading;

namespace TfLbfgs.Runtime;

/// <summary>
/// Which TensorFlow library this process uses, how it was found, and what it lacks. Python: <c>tf.sysconfig.get_build_info()</c> and
/// <c>tf.version</c>.
/// </summary>
public sealed record NativeLibraryReport
{
    private NativeLibraryReport()
    {
    }

    /// <summary>The file that is loaded.</summary>
    public required string Path { get; init; }

    /// <summary>What the library says of itself, such as <c>2.21.0</c>. Python: <c>tf.__version__</c>.</summary>
    public required string Version { get; init; }

    /// <summary>True for 2.15 to 2.21. Another version is used where it has every function that is needed, but it was not tested.</summary>
    public required bool IsTestedVersion { get; init; }

    /// <summary>The step of the search that found it, such as <c>vendored archive</c>.</summary>
    public required string Source { get; init; }

    /// <summary>All places tried in their order; the last is the one that is used.</summary>
    public required IReadOnlyList<NativePlace> PlacesTried { get; init; }

    /// <summary>Whether it is built for CUDA. Python: <c>tf.test.is_built_with_cuda()</c>.</summary>
    public required bool IsGpuBuild { get; init; }

    /// <summary>
    /// For a GPU build, the libraries of CUDA and of the driver that cannot be found; empty for a CPU build. While one is missing
    /// TensorFlow computes on the CPU.
    /// </summary>
    public required IReadOnlyList<string> MissingGpuLibraries { get; init; }

    /// <summary>Seconds spent on unpacking the vendored archive; 0 when it was unpacked before.</summary>
    public required double UnpackSeconds { get; init; }

    /// <summary>Seconds spent on loading the library.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>The vector extensions of this processor.</summary>
    public required IReadOnlyList<string> CpuFeatures { get; init; }

    /// <summary>
    /// Compares the libraries that were unpacked into the cache of this user with their checksums, without loading them: a bad disk is
    /// found before it crashes the process. Takes a second or more.
    /// </summary>
    /// <returns>What is damaged and what to do, in a sentence; null: nothing, or another library is used.</returns>
    public static string? FindDamage()
    {
        NativeSurroundings surroundings = new();
        return surroundings.NonEmpty("TFLBFGS_NATIVE") is null ? new NativeCache(surroundings, new NativeLoadOptions()).FindDamage() : null;
    }

    /// <summary>
    /// The environment variables that TensorFlow reads and that are set, by name. A wrong value of one may end the process inside
    /// TensorFlow.
    /// </summary>
    /// <returns>Names and values.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> FindVariables() => NativeEnvironment.FindForwarded();

    /// <summary>Loads the library, unless it is loaded already, and reports on it.</summary>
    /// <returns>The report. Missing GPU libraries are looked for at each call.</returns>
    /// <exception cref="NativeLibraryException">No library could be loaded; the exception lists the places tried.</exception>
    public static NativeLibraryReport Create()
    {
        LoadedLibrary loaded = NativeLoader.Load();
        return new NativeLibraryReport
        {
            Path = loaded.Path,
            Version = loaded.Version,
            IsTestedVersion = loaded.IsTestedVersion,
            Source = loaded.Source.Describe(),
            PlacesTried = [.. loaded.Tried.Select(place => new NativePlace(place.Source.Describe(), place.Path, place.Outcome))],
            IsGpuBuild = loaded.IsGpuBuild,
            MissingGpuLibraries = loaded.IsGpuBuild
                ? GpuBuild.MissingLibraries(loaded.Path, loaded.ShortVersion, new NativeSurroundings().CanOpen) : [],
            UnpackSeconds = loaded.UnpackSeconds,
            LoadSeconds = loaded.LoadSeconds,
            CpuFeatures = Runtime.CpuFeatures.Supported(),
        };
    }
}

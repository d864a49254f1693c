using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Loading;

/// <summary>What the search sees of the machine. Tests replace parts of it.</summary>
internal sealed partial record NativeSurroundings
{
    private const int WriteAndSearch = 3;

    /// <summary>The folder of the application.</summary>
    public string BaseDirectory { get; init; } = AppContext.BaseDirectory;

    /// <summary>
    /// The folder of this assembly: that of the application, or, in a notebook, that of a package. Empty in a single-file application.
    /// </summary>
    public string AssemblyFolder { get; init; } = FindAssemblyFolder();

    /// <summary>
    /// Folders that the .NET host searches for native libraries: those of packages, and that of a single-file application.
    /// </summary>
    public IReadOnlyList<string> HostFolders { get; init; } = SplitPath(AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string);

    /// <summary>The system's folder for temporary files.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();

    /// <summary>The root of system folders, <c>/</c>.</summary>
    public string Root { get; init; } = Path.GetPathRoot(AppContext.BaseDirectory) ?? "/";

    /// <summary>The platform, such as <c>linux-x64</c>.</summary>
    public string Rid { get; init; } = CurrentRid();

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Whether the system can open a library of that name.</summary>
    public Func<string, bool> CanOpen { get; init; } = CanOpenLibrary;

    /// <summary>Whether this user may create files in a folder, or in the nearest one above it that exists.</summary>
    public Func<string, bool> CanWrite { get; init; } = MayWrite;

    /// <summary>Free bytes for this user at a path; null when the system does not tell.</summary>
    public Func<string, long?> FreeSpace { get; init; } = ReadFreeSpace;

    /// <summary>Creates a file to unpack into.</summary>
    public Func<string, Stream> CreateFile { get; init; } = static path =>
        new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    /// <summary>The archive that this build of TfLbfgs brings with it.</summary>
    public VendoredRelease Release { get; init; } = VendoredRelease.Current;

    /// <summary>A variable's value; null also when it is empty.</summary>
    public string? NonEmpty(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The folders in a list such as <c>PATH</c>.</summary>
    public static IReadOnlyList<string> SplitPath(string? list) =>
        list?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    [UnconditionalSuppressMessage("SingleFile", "IL3000:Avoid accessing Assembly file path when publishing as a single file",
        Justification = "Empty there, and then not looked into.")]
    private static string FindAssemblyFolder() => Path.GetDirectoryName(typeof(NativeSurroundings).Assembly.Location) ?? "";

    private static bool MayWrite(string path)
    {
        string? folder = path;
        while (folder is not null && !Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder);
        return OperatingSystem.IsWindows() || (folder is not null && Access(folder, WriteAndSearch) == 0);
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    private static bool CanOpenLibrary(string name)
    {
        if (!NativeLibrary.TryLoad(name, out nint handle))
            return false;

        NativeLibrary.Free(handle);
        return true;
    }

    private static string CurrentRid()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    private static long? ReadFreeSpace(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Some file systems do not tell; writing will find out.
            return null;
        }
    }
}

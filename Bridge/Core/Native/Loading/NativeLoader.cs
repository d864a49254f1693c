using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Loading;

/// <summary>Finds, unpacks and loads libtensorflow, once per process. The first call of the C API does it.</summary>
internal static unsafe class NativeLoader
{
    /// <summary>The library name that all imports of the C API carry.</summary>
    public const string LibraryName = "tensorflow";

    private static readonly Lock Gate = new();

    private static NativeLoadOptions _options = new();

    private static volatile LoadedLibrary? _loaded;

    /// <summary>The library, or null while it is not loaded.</summary>
    public static LoadedLibrary? Loaded => _loaded;

    /// <summary>Sets the options, before the library is loaded.</summary>
    /// <exception cref="TfLbfgsException">The library is loaded already.</exception>
    public static void Configure(NativeLoadOptions options)
    {
        lock (Gate)
        {
            if (_loaded is { } loaded)
                throw new TfLbfgsException($"Options for loading TensorFlow must be given before its first use; {loaded.Path} is loaded already. Give them at the start of the program.");

            _options = options;
        }
    }

    /// <summary>Loads the library, unless it is loaded. A failure is not remembered: the next call tries again.</summary>
    /// <exception cref="NativeLibraryException">No library could be loaded.</exception>
    public static LoadedLibrary Load()
    {
        if (_loaded is { } early)
            return early;

        lock (Gate)
        {
            if (_loaded is { } loaded)
                return loaded;

            NativeEnvironment.Prepare(_options.Variables);
            return _loaded = Search(new NativeSearch(new NativeSurroundings(), _options));
        }
    }

    /// <summary>Loads the first candidate that can be loaded.</summary>
    /// <exception cref="NativeLibraryException">None can; every place tried is listed.</exception>
    internal static LoadedLibrary Search(NativeSearch search)
    {
        foreach (NativeCandidate candidate in search.Candidates())
        {
            if (Objection(candidate) is { } objection)
            {
                search.Record(candidate, objection);
                continue;
            }

            long start = Stopwatch.GetTimestamp();
            try
            {
                nint handle = Open(candidate);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                string version = ReadVersion(handle);
                search.Record(candidate, $"loaded, TensorFlow {version}");
                return new LoadedLibrary
                {
                    Handle = handle,
                    Path = candidate.Path,
                    Source = candidate.Source,
                    Version = version,
                    IsGpuBuild = GpuBuild.IsGpuBuild(handle, candidate.Path),
                    Tried = [.. search.Tried],
                    UnpackSeconds = search.UnpackSeconds,
                    LoadSeconds = seconds,
                };
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
            {
                search.Record(candidate, FirstLine(e.Message));
            }
        }

        throw search.Failure();
    }

    /// <summary>A reason not to load a library, seen in its file; null when there is none.</summary>
    internal static string? Objection(NativeCandidate candidate)
    {
        // The archive's checksum vouches for what was unpacked from it.
        if (candidate.Source == NativeSource.Vendored || !OperatingSystem.IsLinux())
            return null;

        try
        {
            using ElfLibrary library = ElfLibrary.Open(candidate.Path);
            using ElfLibrary? framework = candidate.Framework is { } path ? ElfLibrary.Open(path) : null;
            if (!library.HasSymbolTable)
                return null;

            string[] missing = [.. ImportedSymbols.Needed().Append("TF_Version").Where(symbol => !library.Exports(symbol) && framework?.Exports(symbol) != true)];
            return missing.Length switch
            {
                0 => null,
                <= 5 => $"lacks {string.Join(", ", missing)}",
                _ => $"lacks {missing.Length} functions of the C API, {string.Join(", ", missing.Take(3))} among them",
            };
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return FirstLine(e.Message);
        }
    }

    private static nint Open(NativeCandidate candidate)
    {
        using StartupMessages filter = StartupMessages.Filter();
        // A symbolic link to the main library leads away from its neighbour; by its absolute path the neighbour is always found.
        nint framework = candidate.Framework is { } path ? NativeLibrary.Load(path) : 0;
        try
        {
            return NativeLibrary.Load(candidate.Path);
        }
        catch
        {
            if (framework != 0)
                NativeLibrary.Free(framework);
            throw;
        }
    }

    private static string ReadVersion(nint handle)
    {
        var version = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(handle, "TF_Version");
        return Marshal.PtrToStringUTF8((nint)version()) ?? "";
    }

    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd('\r', '.');
}

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Loading;

/// <summary>Finds, unpacks and loads libtensorflow, once per process. The first call of the C API does it.</summary>
internal static unsafe class NativeLoader
{
    /// <summary>The library name that all imports of the C API carry.</summary>
    public const string LibraryName = Imports.Library.Name;

    private static readonly Lock Gate = new();

    private static NativeLoadOptions _options = new();

    private static volatile LoadedLibrary? _loaded;

    /// <summary>The library, or null while it is not loaded.</summary>
    public static LoadedLibrary? Loaded => _loaded;

    /// <summary>Sets the options, before the library is loaded. Later it accepts only options that what is loaded fulfils.</summary>
    /// <exception cref="TfLbfgsException">The library is loaded already, with another path or other variables.</exception>
    public static void Configure(NativeLoadOptions options)
    {
        lock (Gate)
        {
            if (_loaded is null)
                _options = options;
            else if (UnmetBy(_loaded, options) is { } unmet)
                throw new TfLbfgsException($"Options for loading TensorFlow must be given before its first use: {unmet}, but "
                    + $"{_loaded.Path} is loaded already. Give them at the start of the program.");
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

    private static string? UnmetBy(LoadedLibrary loaded, NativeLoadOptions options)
    {
        if (options.LibraryPath is { } path && path != _options.LibraryPath && Path.GetFullPath(path) != loaded.Path)
            return $"the library {path} is asked for";

        foreach ((string name, string? value) in options.Variables)
        {
            if (NativeEnvironment.Get(name) is var current && current != value)
                return $"{name}={value} is asked for, {current ?? "nothing"} is set";
        }

        return null;
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

            try
            {
                long start = Stopwatch.GetTimestamp();
                nint handle = Open(candidate);
                LoadedLibrary loaded = new()
                {
                    Handle = handle,
                    Path = candidate.Path,
                    Source = candidate.Source,
                    Version = ReadVersion(handle),
                    IsGpuBuild = GpuBuild.IsGpuBuild(handle, candidate.Path),
                    Tried = [],
                    UnpackSeconds = search.UnpackSeconds,
                    LoadSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
                };
                if (!loaded.IsTestedVersion && DescribeMissing(symbol => NativeLibrary.TryGetExport(handle, symbol, out _)) is { } missing)
                {
                    search.Record(candidate, $"TensorFlow {loaded.Version} {missing}");
                    continue;
                }

                search.Record(candidate,
                    $"loaded, TensorFlow {loaded.Version}{(loaded.IsTestedVersion ? "" : ", a version that is not tested")}");
                return loaded with { Tried = [.. search.Tried] };
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
            {
                search.Record(candidate, Reason(e));
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
            // Where the framework comes from another folder, only the dynamic loader knows.
            if (!library.HasSymbolTable || (framework is null && library.Needed.Contains(NativeCandidate.FrameworkName)))
                return null;

            return DescribeMissing(symbol => library.Exports(symbol) || framework?.Exports(symbol) == true);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return Reason(e);
        }
    }

    private static string? DescribeMissing(Func<string, bool> isExported)
    {
        string[] missing = [.. ImportedSymbols.Needed().Where(symbol => !isExported(symbol))];
        return missing.Length switch
        {
            0 => null,
            <= 5 => $"lacks {string.Join(", ", missing)}",
            _ => $"lacks {missing.Length} functions of the C API, {string.Join(", ", missing.Take(3))} among them",
        };
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

    /// <summary>One line of a message; of that of .NET for a failed load the second, which has the dynamic loader's own words.</summary>
    internal static string Reason(Exception e)
    {
        string[] lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (e is DllNotFoundException && lines.Length > 1 ? lines[1] : lines.FirstOrDefault() ?? e.GetType().Name).TrimEnd('.');
    }
}

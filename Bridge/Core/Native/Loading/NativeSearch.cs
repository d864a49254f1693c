using System.Text;

namespace TfLbfgs.Native.Loading;

/// <summary>Looks for libtensorflow, step by step, and records every place with what came of it.</summary>
internal sealed class NativeSearch(NativeSurroundings surroundings, NativeLoadOptions options)
{
    private readonly List<TriedPlace> _tried = [];

    private string? _unpackFailure;

    /// <summary>The places tried so far.</summary>
    public IReadOnlyList<TriedPlace> Tried => _tried;

    /// <summary>Seconds spent on unpacking the vendored archive; 0 when nothing was unpacked.</summary>
    public double UnpackSeconds { get; private set; }

    /// <summary>
    /// The candidates in the order of the search. Each step is taken only when the caller asks for the next, so nothing is unpacked in
    /// vain.
    /// </summary>
    public IEnumerable<NativeCandidate> Candidates()
    {
        // A place that the user names is the only one: another library in its stead would go unnoticed.
        if (options.LibraryPath is { Length: > 0 } chosen)
            return Named(NativeSource.Option, chosen);

        if (surroundings.NonEmpty("TFLBFGS_NATIVE") is { } named)
            return Named(NativeSource.Environment, named);

        return Searched();
    }

    /// <summary>Records what came of a candidate.</summary>
    public void Record(NativeCandidate candidate, string outcome) => _tried.Add(new TriedPlace(candidate.Source, candidate.Path, outcome));

    // A project outside of the clone that refers to its projects finds what the clone has unpacked before.
    private static string Advice { get; } =
        "Reference the package TfLbfgs, which brings the library; or run 'dotnet run --project Cli -c Release -- doctor' once in a clone of TfLbfgs, which unpacks it "
        + $"for all programs of this user; or set TFLBFGS_NATIVE to one of {string.Join(", ", NativeCandidate.AcceptedNames)} or to its "
        + "folder, put it next to the "
        + "application, or install it with 'pip install tensorflow'.";

    /// <summary>The error that lists every place tried and says what to do.</summary>
    public NativeLibraryException Failure()
    {
        StringBuilder message = new();
        message.Append("No TensorFlow library could be loaded. ");
        if (_unpackFailure is not null)
            message.Append(_unpackFailure);
        else if (_tried is [{ Source: NativeSource.Option or NativeSource.Environment } only])
            message.Append($"The {only.Source.Describe()} names the only place to look: correct it, or leave it unset to search.");
        else
            message.Append(Advice);

        message.Append(" Places tried:");
        List<string> lines = [.. _tried.Select(place => place.ToString())];
        foreach (string line in lines)
            message.Append(System.Environment.NewLine).Append("  ").Append(line);

        return new NativeLibraryException(message.ToString(), lines);
    }

    private IEnumerable<NativeCandidate> Named(NativeSource source, string place)
    {
        if (File.Exists(place))
            yield return new NativeCandidate(source, Path.GetFullPath(place));
        else if (!Directory.Exists(place))
            _tried.Add(new TriedPlace(source, place, "no such file or folder"));
        else if (NativeCandidate.FindIn(place) is { } found)
            yield return new NativeCandidate(source, found);
        else
            _tried.Add(new TriedPlace(source, place, $"the folder holds none of {string.Join(", ", NativeCandidate.AcceptedNames)}"));
    }

    private IEnumerable<NativeCandidate> Searched()
    {
        foreach (NativeCandidate candidate in BesideApplication())
            yield return candidate;

        IReadOnlyList<string> pythonFolders = PythonPackages.Folders(surroundings);
        List<NativeCandidate> cudaPackages = [], otherPackages = [];
        foreach (string folder in pythonFolders)
        {
            if (NativeCandidate.FindIn(Path.Combine(folder, "tensorflow")) is not { } path)
                continue;
            if (GpuBuild.IsGpuBuild(path))
                cudaPackages.Add(new NativeCandidate(NativeSource.PythonCuda, path));
            else
                otherPackages.Add(new NativeCandidate(NativeSource.Python, path));
        }

        bool hasDriver = cudaPackages.Count > 0 && surroundings.CanOpen(GpuBuild.Driver);
        foreach (NativeCandidate candidate in cudaPackages)
        {
            if (hasDriver)
                yield return candidate;
            else
                Record(candidate, $"put off: {GpuBuild.Driver}, the NVIDIA driver's library, cannot be opened");
        }

        if (cudaPackages.Count == 0)
            _tried.Add(new TriedPlace(NativeSource.PythonCuda, DescribeFolders(pythonFolders), "no tensorflow package built for CUDA"));

        if (Unpacked() is { } unpacked)
            yield return unpacked;

        // Without a driver a CUDA build still computes, on the CPU.
        foreach (NativeCandidate candidate in hasDriver ? otherPackages : otherPackages.Concat(cudaPackages))
            yield return candidate with { Source = NativeSource.Python };

        if (otherPackages.Count == 0 && cudaPackages.Count == 0)
            _tried.Add(new TriedPlace(NativeSource.Python, "the same folders", "no tensorflow package"));
    }

    private IEnumerable<NativeCandidate> BesideApplication()
    {
        string[] own = [surroundings.BaseDirectory, Path.Combine(surroundings.BaseDirectory, "runtimes", surroundings.Rid, "native")];
        foreach (string folder in own.Concat(surroundings.HostFolders)
            .Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).Distinct())
        {
            if (NativeCandidate.FindIn(folder) is { } found)
                yield return new NativeCandidate(NativeSource.Application, found);
            else
                _tried.Add(new TriedPlace(NativeSource.Application, folder, Directory.Exists(folder)
                    ? "holds no TensorFlow library" : "no such folder"));
        }
    }

    private NativeCandidate? Unpacked()
    {
        VendoredArchive archive = new(surroundings, options);
        try
        {
            string? library = archive.Provide();
            UnpackSeconds = archive.UnpackSeconds;
            if (library is not null)
                return new NativeCandidate(NativeSource.Vendored, library);

            _tried.Add(new TriedPlace(NativeSource.Vendored, archive.Places, archive.Absence));
        }
        catch (NativeLibraryException e)
        {
            _unpackFailure = e.Message;
            _tried.Add(new TriedPlace(NativeSource.Vendored, archive.Places, e.Message));
        }

        return null;
    }

    private static string DescribeFolders(IReadOnlyList<string> folders) =>
        folders.Count > 0
            ? string.Join(", ", folders)
            : "no site-packages folder in VIRTUAL_ENV, CONDA_PREFIX, PYTHONPATH, the user's or the system's folders";
}

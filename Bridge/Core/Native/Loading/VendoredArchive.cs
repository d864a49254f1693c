namespace TfLbfgs.Native.Loading;

/// <summary>The archive that comes with the project: finds it, and the libraries unpacked from it.</summary>
internal sealed class VendoredArchive(NativeSurroundings surroundings, NativeLoadOptions options)
{
    /// <summary>Where it was looked for.</summary>
    public string Places { get; private set; } =
        $"{surroundings.BaseDirectory} and the folders above, native/{surroundings.Rid}; the folders of packages";

    /// <summary>Why there is none.</summary>
    public string Absence { get; private set; } = "";

    /// <summary>Seconds spent on unpacking.</summary>
    public double UnpackSeconds { get; private set; }

    /// <summary>The library, unpacked now or earlier.</summary>
    /// <returns>The absolute path, or null when there is no archive for this platform.</returns>
    /// <exception cref="NativeLibraryException">The archive is damaged, or cannot be unpacked.</exception>
    public string? Provide()
    {
        VendoredRelease release = surroundings.Release;
        if (release.Rid != surroundings.Rid)
        {
            Absence = $"the archive is for {release.Rid}, this process is {surroundings.Rid}";
            return null;
        }

        NativeCache cache = new(surroundings, options);
        if (cache.IsComplete)
            return cache.MainFile;

        if (FindFolder() is not { } folder)
        {
            Absence = $"holds no {string.Join(", ", release.Files.Select(file => file.ArchiveName))}, and nothing was unpacked before in "
                + $"{cache.Folder}";
            return null;
        }

        Places = folder;
        UnpackSeconds = cache.Fill(folder);
        return cache.MainFile;
    }

    private string? FindFolder() => Folders().FirstOrDefault(HasArchives);

    /// <summary>
    /// A published application has the archives next to it or where packages put what is for one platform; bin folders lie below the
    /// checkout; a notebook loads TfLbfgs out of its package.
    /// </summary>
    private IEnumerable<string> Folders()
    {
        string own = Path.GetFullPath(surroundings.BaseDirectory);
        yield return own;
        yield return Path.Combine(own, "runtimes", surroundings.Rid, "native");
        foreach (string folder in surroundings.HostFolders)
            yield return folder;

        for (DirectoryInfo? above = new(own); above is not null; above = above.Parent)
            yield return Path.Combine(above.FullName, "native", surroundings.Rid);

        foreach (string folder in InPackages())
            yield return folder;
    }

    /// <summary>
    /// The native package next to our own, in the folder of packages: <c>ID/VERSION/lib/FRAMEWORK</c> leads there. Its version is that of
    /// TensorFlow.
    /// </summary>
    private IEnumerable<string> InPackages()
    {
        if (surroundings.AssemblyFolder is not { Length: > 0 } assembly
            || Path.GetFullPath(Path.Combine(assembly, "..", "..", "..", "..")) is not { } packages)
            return [];

        string native = Path.Combine(packages, $"tflbfgs.native.{surroundings.Rid}");
        return Directory.Exists(native)
            ? Directory.EnumerateDirectories(native, surroundings.Release.Version + "*").Order(StringComparer.Ordinal)
                .Select(version => Path.Combine(version, "runtimes", surroundings.Rid, "native"))
            : [];
    }

    private bool HasArchives(string folder) => surroundings.Release.Files.All(file => File.Exists(Path.Combine(folder, file.ArchiveName)));
}

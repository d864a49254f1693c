namespace TfLbfgs.Native.Loading;

/// <summary>The archive that comes with the project: finds it, and the libraries unpacked from it.</summary>
internal sealed class VendoredArchive(NativeSurroundings surroundings, NativeLoadOptions options)
{
    /// <summary>Where it was looked for.</summary>
    public string Places { get; private set; } = $"{surroundings.BaseDirectory} and the folders above, native/{surroundings.Rid}";

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
            Absence = $"holds no {string.Join(", ", release.Files.Select(file => file.ArchiveName))}, and nothing was unpacked before in {cache.Folder}";
            return null;
        }

        Places = folder;
        UnpackSeconds = cache.Fill(folder);
        return cache.MainFile;
    }

    /// <summary>Bin folders lie below the checkout, a published application has the archives beside it.</summary>
    private string? FindFolder()
    {
        string own = Path.GetFullPath(surroundings.BaseDirectory);
        if (HasArchives(own))
            return own;

        for (DirectoryInfo? above = new(own); above is not null; above = above.Parent)
        {
            string folder = Path.Combine(above.FullName, "native", surroundings.Rid);
            if (HasArchives(folder))
                return folder;
        }

        return null;
    }

    private bool HasArchives(string folder) => surroundings.Release.Files.All(file => File.Exists(Path.Combine(folder, file.ArchiveName)));
}

namespace TfLbfgs.Native.Loading;

/// <summary>Finds the folders in which Python packages are installed, without running Python.</summary>
internal static class PythonPackages
{
    private static readonly string[] CondaNames = ["miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda"];

    /// <summary>The existing package folders: the active environment first, then the user's, then the system's.</summary>
    public static IReadOnlyList<string> Folders(NativeSurroundings surroundings)
    {
        List<string> found = [];
        foreach (string folder in Candidates(surroundings))
        {
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
            if (!found.Contains(full) && Directory.Exists(full))
                found.Add(full);
        }

        return found;
    }

    private static IEnumerable<string> Candidates(NativeSurroundings surroundings)
    {
        foreach (string entry in NativeSurroundings.SplitPath(surroundings.Variable("PYTHONPATH")))
            yield return entry;

        foreach (string prefix in Prefixes(surroundings))
        {
            foreach (string folder in InPrefix(prefix))
                yield return folder;
        }
    }

    private static IEnumerable<string> Prefixes(NativeSurroundings surroundings)
    {
        string[] active = ["VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONUSERBASE"];
        foreach (string variable in active)
        {
            if (surroundings.NonEmpty(variable) is { } prefix)
                yield return prefix;
        }

        string? home = surroundings.NonEmpty("HOME");
        if (home is not null)
            yield return Path.Combine(home, ".local");

        // The pythons on the path, wherever they are installed.
        foreach (string folder in NativeSurroundings.SplitPath(surroundings.Variable("PATH")))
        {
            // /bin is a link to /usr/bin, which comes below.
            if (File.Exists(Path.Combine(folder, "python3"))
                && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) is { } prefix && prefix != surroundings.Root)
                yield return prefix;
        }

        string root = surroundings.Root;
        yield return Path.Combine(root, "usr", "local");
        yield return Path.Combine(root, "usr");

        string pyenv = surroundings.NonEmpty("PYENV_ROOT") ?? Path.Combine(home ?? root, ".pyenv");
        foreach (string version in Subfolders(Path.Combine(pyenv, "versions"), "*"))
            yield return version;

        string[] condaRoots = home is null ? [Path.Combine(root, "opt")] : [home, Path.Combine(root, "opt")];
        foreach (string conda in condaRoots.SelectMany(parent => CondaNames.Append("conda").Select(name => Path.Combine(parent, name))))
        {
            yield return conda;
            foreach (string environment in Subfolders(Path.Combine(conda, "envs"), "*"))
                yield return environment;
        }
    }

    private static IEnumerable<string> InPrefix(string prefix)
    {
        string[] libraries = ["lib", "lib64"];
        foreach (string library in libraries)
        {
            foreach (string python in Subfolders(Path.Combine(prefix, library), "python3*"))
            {
                yield return Path.Combine(python, "site-packages");
                yield return Path.Combine(python, "dist-packages");
            }
        }
    }

    /// <summary>The newest version first, so that the order does not depend on the file system.</summary>
    private static string[] Subfolders(string folder, string pattern)
    {
        try
        {
            if (!Directory.Exists(folder))
                return [];

            string[] found = Directory.GetDirectories(folder, pattern);
            Array.Sort(found, static (a, b) => b.Length != a.Length ? b.Length.CompareTo(a.Length) : string.CompareOrdinal(b, a));
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's folder: as good as absent.
            return [];
        }
    }
}

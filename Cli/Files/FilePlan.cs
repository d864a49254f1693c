namespace TfLbfgs.Cli.Files;

/// <summary>
/// All files that a command reads and writes, checked before any is opened: nothing that is read is overwritten, no file is written
/// twice, and every place can be written. Files are compared by what they are, not by their names.
/// </summary>
internal sealed class FilePlan
{
    private const int MostInFolder = 10_000;

    private readonly List<Use> _read = [];
    private readonly List<Use> _written = [];

    /// <summary>Adds what is read: a file, a folder with all files in it, or the prefix of a checkpoint.</summary>
    /// <param name="role">The argument or option that names it.</param>
    /// <param name="path">The path; null: nothing.</param>
    public FilePlan Read(string role, string? path)
    {
        if (string.IsNullOrWhiteSpace(path))
            return path is null ? this : throw new TfLbfgsException($"{role}: expected the name of a file, received an empty one.");
        Use use = Add(_read, role, path);
        if (use.Identity.Kind == FileEntry.Folder)
        {
            foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Take(MostInFolder)
                .Where(CanBeFollowed))
                Add(_read, role, file);
        }
        else if (use.Identity.Kind == FileEntry.None && File.Exists($"{path}.index"))
        {
            foreach (string file in Directory.EnumerateFiles(IO.AtomicFile.FolderOf(path), Path.GetFileName(path) + ".*"))
                Add(_read, role, file);
        }

        return this;
    }

    /// <summary>Adds a file that is read where it is there.</summary>
    public FilePlan ReadIfThere(string role, string path) => File.Exists(path) ? Read(role, path) : this;

    /// <summary>Adds a file that is written.</summary>
    /// <param name="role">The option that names it.</param>
    /// <param name="path">The path; null: nothing.</param>
    /// <param name="replaces">The role of a file that is read and may be replaced by this one; null: none.</param>
    /// <param name="inPlace">Whether it is written while the command runs, and not as a whole at its end.</param>
    public FilePlan Write(string role, string? path, string? replaces = null, bool inPlace = false)
    {
        if (path is null)
            return this;
        OutputPlace.CheckName(path, role);
        _written.Add(Add([], role, path) with { Replaces = replaces, IsInPlace = inPlace });
        return this;
    }

    /// <summary>Adds a folder that files are written into; it is created by <see cref="Check"/> where it is missing.</summary>
    public FilePlan WriteFolder(string role, string? folder)
    {
        if (folder is null)
            return this;
        if (string.IsNullOrWhiteSpace(folder))
            throw new TfLbfgsException($"{role}: expected a folder, received ''.");
        _written.Add(Add([], role, folder) with { IsFolder = true });
        return this;
    }

    /// <summary>Checks all of them; nothing was changed when it throws, but that folders were made.</summary>
    /// <exception cref="TfLbfgsException">A file would be overwritten, or a place cannot be written.</exception>
    public void Check()
    {
        for (int i = 0; i < _written.Count; i++)
        {
            Use use = _written[i];
            IEnumerable<Use> others = _read.Where(other => other.Role != use.Replaces)
                .Concat(_written.Take(i).Where(other => !(use.IsFolder && other.IsFolder)));
            Use? same = others.FirstOrDefault(other => other.Identity.Key == use.Identity.Key);
            if (same is not null)
            {
                throw new TfLbfgsException(
                    $"{use.Role}: expected a file of its own, received {use.Path}, which is "
                    + $"{(same.Path == use.Path ? "" : $"{same.Path}, ")}the file of {same.Role}. Name another one.");
            }
        }

        foreach (Use use in _written.Where(use => use.IsFolder))
            OutputPlace.CheckOrCreateFolder(use.Path, use.Role);
        foreach (Use use in _written.Where(use => !use.IsFolder))
            OutputPlace.CheckWritable(use.Path, use.Role, use.IsInPlace);
    }

    // A link in a folder that leads nowhere is no file that could be overwritten.
    private static bool CanBeFollowed(string file)
    {
        try
        {
            FileIdentity.Of(file);
            return true;
        }
        catch (TfLbfgsException)
        {
            return false;
        }
    }

    private static Use Add(List<Use> uses, string role, string path)
    {
        Use use = new(role, path, FileIdentity.Of(path));
        uses.Add(use);
        return use;
    }

    private sealed record Use(string Role, string Path, FileIdentity Identity)
    {
        public string? Replaces { get; init; }

        public bool IsInPlace { get; init; }

        public bool IsFolder { get; init; }
    }
}

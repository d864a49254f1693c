using TfLbfgs.IO;

namespace TfLbfgs.Cli.Files;

/// <summary>Finds out, before any work, whether files can be written at a place.</summary>
internal static class OutputPlace
{
    /// <exception cref="TfLbfgsException">The name is empty.</exception>
    public static void CheckName(string path, string option)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new TfLbfgsException($"{option}: expected the name of a file, received an empty one.");
    }

    /// <summary>Finds out whether a file can be written.</summary>
    /// <param name="path">The file; it is left as it is.</param>
    /// <param name="option">The option that named it, for the message.</param>
    /// <param name="inPlace">Whether an existing file is opened, and not replaced by another one.</param>
    /// <exception cref="TfLbfgsException">Its folder is missing or cannot be written, a folder has its name, or it is there and may not be
    /// changed.</exception>
    public static void CheckWritable(string path, string option = "--output", bool inPlace = false)
    {
        CheckName(path, option);
        FileEntry kind = FileIdentity.Of(path).Kind;
        if (kind == FileEntry.Folder)
            throw new TfLbfgsException($"{option}: expected the name of a file, received the folder {path}. Name a file in it.");
        if (kind == FileEntry.Device && !inPlace)
            throw new TfLbfgsException(
                $"{option}: expected the name of a file, received {path}, which is a device or a pipe: it would be replaced by a file.");
        string folder = AtomicFile.FolderOf(path);
        if (!Directory.Exists(folder))
            throw new TfLbfgsException($"{option}: expected a file in a folder that exists, received {path}; there is no folder "
                + $"{folder}. Create it or name another one.");
        if (kind == FileEntry.File && IsReadOnly(path))
            throw new TfLbfgsException($"{option}: expected a file that may be replaced, received {path}, which is write-protected. "
                + "Remove it, change its permissions or name another one.");
        if (kind == FileEntry.File && inPlace)
            Guard(path, option, () => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose());
        else if (kind != FileEntry.Device)
            Guard(path, option, () => AtomicFile.Prepare(path, _ => { }).Dispose());
    }

    /// <summary>Creates a folder where it is missing, and finds out whether files can be written into it.</summary>
    /// <exception cref="TfLbfgsException">It cannot.</exception>
    public static void CheckOrCreateFolder(string folder, string option = "--output")
    {
        if (File.Exists(folder))
            throw new TfLbfgsException($"{option}: expected a folder, received the file {folder}.");
        Guard(folder, option, () =>
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Prepare(Path.Combine(folder, Path.GetRandomFileName()), _ => { }).Dispose();
        });
    }

    // The administrator may write every file; that others may not is still the wish of its owner.
    private static bool IsReadOnly(string path)
    {
        const UnixFileMode anyWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        return OperatingSystem.IsWindows()
            ? new FileInfo(path).IsReadOnly : (File.GetUnixFileMode(FileIdentity.FinalPath(path)) & anyWrite) == 0;
    }

    private static void Guard(string path, string option, Action probe)
    {
        try
        {
            probe();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            Exception cause = e is TfLbfgsException ? e.InnerException ?? e : e;
            throw new TfLbfgsException($"{option}: expected a place that can be written, received {path}: {cause.Message.TrimEnd('.')}. "
                + "Name another one or change its permissions.", e);
        }
    }
}

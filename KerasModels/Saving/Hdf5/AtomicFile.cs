namespace TfLbfgs.Keras.Saving.Hdf5;

/// <summary>
/// Writes a file so that at every moment either the old content or the complete new one is there: into a temporary file beside it, forced to the disk, then renamed. Whatever fails, the
/// temporary file is removed.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; one that exists is replaced and keeps its permissions, a symbolic link keeps leading to it.</param>
    /// <param name="write">Writes the content into a stream that is readable, writable and seekable.</param>
    /// <exception cref="Hdf5FileException">The place cannot be written, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (Directory.Exists(path))
            throw new Hdf5FileException(path, "/", "this is a folder", "the name of a file to write", "Name a file in it.");
        string? temporary = null;
        try
        {
            string target = Path.GetFullPath(path);
            if (new FileInfo(target).LinkTarget is not null && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } final)
                target = final.FullName;
            string folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder))
                throw new Hdf5FileException(path, "/", $"the folder {folder} does not exist", "a folder that can be written", "Create it or name another one.");

            string candidate = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
            using (var stream = new FileStream(candidate, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 20))
            {
                temporary = candidate;
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            if (!OperatingSystem.IsWindows() && File.Exists(target))
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            File.Move(temporary, target, overwrite: true);
            temporary = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new Hdf5FileException(path, "/", $"the file cannot be written: {e.Message.TrimEnd('.')}", "a folder that can be written, with space for the file",
                "Name another folder, change its permissions or free space.", e);
        }
        finally
        {
            if (temporary is not null)
                Remove(temporary);
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The exception under way says what failed; this one would hide it.
        }
    }
}

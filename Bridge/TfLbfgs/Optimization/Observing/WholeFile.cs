namespace TfLbfgs.Optimization;

/// <summary>Writes a file completely or not at all: beside its place, then renamed into it.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file; one that exists is replaced.</summary>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string? temporary = null;
        try
        {
            string target = Path.GetFullPath(path);
            if (Directory.Exists(target))
                throw new TfLbfgsException($"path: expected the name of a file, received the folder {path}. Name a file in it.");
            string folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder))
                throw new TfLbfgsException($"path: expected a file in a folder that exists, received {path}; there is no folder {folder}. Create it or name another one.");
            string candidate = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
            using (FileStream stream = new(candidate, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                temporary = candidate;
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            temporary = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TfLbfgsException($"path: expected a place that can be written, received {path}: {e.Message.TrimEnd('.')}. Free space, change its permissions or name another place.", e);
        }
        finally
        {
            if (temporary is not null)
                DeleteQuietly(temporary);
        }
    }

    private static void DeleteQuietly(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The exception under way says what failed; this one would hide it.
        }
    }
}

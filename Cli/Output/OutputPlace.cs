using TfLbfgs.IO;

namespace TfLbfgs.Cli.Output;

/// <summary>Finds out, before any work, whether files can be written at a place.</summary>
internal static class OutputPlace
{
    /// <summary>Finds out whether a file can be written.</summary>
    /// <param name="path">The file; it is left as it is.</param>
    /// <param name="option">The option that named it, for the message.</param>
    /// <exception cref="TfLbfgsException">Its folder is missing or cannot be written, or a folder has its name.</exception>
    public static void CheckWritable(string path, string option = "--output")
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new TfLbfgsException($"{option}: expected the name of a file, received an empty one.");
        if (Directory.Exists(path))
            throw new TfLbfgsException($"{option}: expected the name of a file, received the folder {path}. Name a file in it.");
        string folder = AtomicFile.FolderOf(path);
        if (!Directory.Exists(folder))
            throw new TfLbfgsException($"{option}: expected a file in a folder that exists, received {path}; there is no folder {folder}. Create it or name another one.");
        CheckFolder(folder, option);
    }

    /// <summary>Creates a folder where it is missing, and finds out whether files can be written into it.</summary>
    /// <exception cref="TfLbfgsException">It cannot.</exception>
    public static void CheckOrCreateFolder(string folder)
    {
        if (File.Exists(folder))
            throw new TfLbfgsException($"--output: expected a folder, received the file {folder}.");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw NotWritable(folder, e);
        }

        CheckFolder(folder);
    }

    private static void CheckFolder(string folder, string option = "--output")
    {
        try
        {
            using FileStream probe = new(
                Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(folder, e, option);
        }
    }

    private static TfLbfgsException NotWritable(string folder, Exception e, string option = "--output") =>
        new($"{option}: expected a folder that can be written, received {folder}: {e.Message} Name another one or change its permissions.", e);
}

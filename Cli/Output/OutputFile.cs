using TfLbfgs.Runtime;

namespace TfLbfgs.Cli.Output;

/// <summary>
/// A file that is either complete or not there: written beside its place at once, renamed into it by <see cref="Commit"/>. Disposed before that, it leaves everything as it was.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly FileSwap _swap;

    private OutputFile(string path, FileSwap swap)
    {
        _path = path;
        _swap = swap;
    }

    /// <summary>Writes the content beside its place.</summary>
    /// <exception cref="TfLbfgsException">It cannot be written.</exception>
    public static OutputFile Prepare(string path, Action<Stream> write)
    {
        try
        {
            return new OutputFile(path, FileSwap.Prepare(path, write));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>Writes a file in one go.</summary>
    /// <exception cref="TfLbfgsException">It cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using OutputFile file = Prepare(path, write);
        file.Commit();
    }

    /// <summary>Puts the content into its place, over what was there.</summary>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public void Commit()
    {
        try
        {
            _swap.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(_path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _swap.Dispose();

    /// <summary>Finds out, before any work, whether a file can be written.</summary>
    /// <param name="path">The file; it is left as it is.</param>
    /// <param name="option">The option that named it, for the message.</param>
    /// <exception cref="TfLbfgsException">Its folder is missing or cannot be written, or a folder has its name.</exception>
    public static void CheckWritable(string path, string option = "--output")
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new TfLbfgsException($"{option}: expected the name of a file, received an empty one.");
        if (Directory.Exists(path))
            throw new TfLbfgsException($"{option}: expected the name of a file, received the folder {path}. Name a file in it.");
        string folder = FileSwap.FolderOf(path);
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
        string probe = FileSwap.NewName(folder);
        try
        {
            using (new FileStream(probe, FileMode.CreateNew))
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(folder, e, option);
        }
        finally
        {
            FileSwap.DeleteQuietly(probe);
        }
    }

    private static TfLbfgsException Failed(string path, Exception e) =>
        new($"{path}: expected a place that can be written, received: {e.Message} Free space or name another place.", e);

    private static TfLbfgsException NotWritable(string folder, Exception e, string option = "--output") =>
        new($"{option}: expected a folder that can be written, received {folder}: {e.Message} Name another one or change its permissions.", e);
}

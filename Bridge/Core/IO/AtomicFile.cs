namespace TfLbfgs.IO;

/// <summary>
/// Writes a file atomically and durably: the content is written next to the target and flushed to the disk, then renamed over the target
/// by <see cref="Commit"/>, and the folder is flushed; flushing can be turned off. At every moment either the old content or the complete
/// new one is there. An existing file keeps its permissions, a symbolic link keeps leading to its target. Disposing before the commit
/// leaves everything as it was. What a killed process left next to its target is removed by the next one that writes into the folder.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly string _path;
    private readonly string _target;
    private readonly string _temporary;
    private readonly bool _flushToDisk;
    private bool _exists;

    private AtomicFile(string path, string target, bool flushToDisk)
    {
        _flushToDisk = flushToDisk;
        _path = path;
        _target = target;
        _temporary = TemporaryFiles.NewName(FolderOf(target));
    }

    /// <summary>Writes the content next to its target.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="write">Writes the content into a stream that is readable, writable and seekable.</param>
    /// <param name="flushToDisk">Whether to wait until the disk has the content, so that it outlasts a failure of the machine.</param>
    /// <returns>The written file, not yet in its place; owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The path names a folder, or its folder does not exist, cannot be written or is full. Exceptions
    /// of <paramref name="write"/> other than those of the file
    /// system are passed on.</exception>
    public static AtomicFile Prepare(string path, Action<Stream> write, bool flushToDisk = true)
    {
        ArgumentNullException.ThrowIfNull(write);
        CheckPlace(path);
        return Guard(path, () =>
        {
            string target = Path.GetFullPath(path);
            if (new FileInfo(target).LinkTarget is not null && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } final)
                target = final.FullName;
            TemporaryFiles.RemoveLeftovers(FolderOf(target));
            AtomicFile file = new(path, target, flushToDisk);
            try
            {
                using FileStream stream = new(file._temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize);
                file._exists = true;
                if (!flushToDisk)
                {
                    write(stream);
                    return file;
                }

                using (WritebackStream early = new(stream))
                    write(early);
                stream.Flush();
                Durability.Flush(stream.SafeFileHandle);
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }

    /// <summary>Writes a file and puts it into its place.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="write">Writes the content into a stream that is readable, writable and seekable.</param>
    /// <param name="flushToDisk">Whether to wait until the disk has the content, so that it outlasts a failure of the machine.</param>
    /// <exception cref="TfLbfgsException">The path names a folder, or its folder does not exist, cannot be written or is full.</exception>
    public static void Write(string path, Action<Stream> write, bool flushToDisk = true)
    {
        using AtomicFile file = Prepare(path, write, flushToDisk);
        file.Commit();
    }

    /// <summary>The folder of a file, as an absolute path.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The folder.</returns>
    public static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    /// <summary>Puts the content into its place, over what was there.</summary>
    /// <exception cref="TfLbfgsException">The target cannot be replaced.</exception>
    public void Commit() => Guard(_path, () =>
    {
        if (!OperatingSystem.IsWindows() && File.Exists(_target))
            File.SetUnixFileMode(_temporary, File.GetUnixFileMode(_target));
        File.Move(_temporary, _target, overwrite: true);
        _exists = false;
        if (_flushToDisk)
            Durability.FlushFolder(FolderOf(_target));
        return true;
    });

    /// <summary>Removes the content when it was not put into its place.</summary>
    public void Dispose()
    {
        if (_exists)
            TemporaryFiles.DeleteQuietly(_temporary);
        _exists = false;
    }

    private static void CheckPlace(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new TfLbfgsException($"{path}: expected the name of a file, received a folder. Name a file in it.");
        string folder = Guard(path, () => FolderOf(path));
        if (!Directory.Exists(folder))
            throw new TfLbfgsException($"{path}: expected a file in a folder that exists, received {folder}, which does not exist. Create it or name another one.");
    }

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TfLbfgsException($"{path}: expected a place that can be written, received: {e.Message.TrimEnd('.')}. Free space, change its permissions or name another place.", e);
        }
    }
}

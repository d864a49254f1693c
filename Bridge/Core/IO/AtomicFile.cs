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
    private readonly FileStream _stream;
    private readonly Stream _content;
    private bool _exists = true;

    private AtomicFile(string path, int bufferSize, bool flushToDisk)
    {
        _flushToDisk = flushToDisk;
        _path = path;
        _target = Path.GetFullPath(path);
        if (new FileInfo(_target).LinkTarget is not null && File.ResolveLinkTarget(_target, returnFinalTarget: true) is { } final)
            _target = final.FullName;
        TemporaryFiles.RemoveLeftovers(FolderOf(_target));
        _temporary = TemporaryFiles.NewName(FolderOf(_target));
        _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, bufferSize);
        _content = flushToDisk ? new WritebackStream(_stream) : _stream;
    }

    /// <summary>The content, which is not yet in its place: readable, writable and seekable. It is closed with the file.</summary>
    /// <remarks>Errors of the disk are passed on as they are.</remarks>
    public Stream Content => _content;

    /// <summary>
    /// Begins a file whose content is written piece by piece into <see cref="Content"/>, without a buffer: what was written is in the file.
    /// </summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <returns>The file, not yet in its place; owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The path names a folder, or its folder does not exist or cannot be written.</exception>
    public static AtomicFile Begin(string path) => Begin(path, bufferSize: 0, flushToDisk: true);

    /// <summary>Writes the content next to its target.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="write">Writes the content into a stream that is readable, writable and seekable.</param>
    /// <param name="flushToDisk">Whether to wait until the disk has the content, so that it outlasts a failure of the machine.</param>
    /// <returns>The written file, not yet in its place; owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The path names a folder, or its folder does not exist, cannot be written or is full. Exceptions
    /// of <paramref name="write"/> other than those of the file system are passed on.</exception>
    public static AtomicFile Prepare(string path, Action<Stream> write, bool flushToDisk = true)
    {
        ArgumentNullException.ThrowIfNull(write);
        AtomicFile file = Begin(path, BufferSize, flushToDisk);
        try
        {
            return Guard(path, () =>
            {
                write(file.Content);
                file.Complete();
                return file;
            });
        }
        catch
        {
            file.Dispose();
            throw;
        }
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

    /// <summary>
    /// Puts the content into its place, over what was there, and closes it. When that fails, <see cref="Content"/> is still there.
    /// </summary>
    /// <exception cref="TfLbfgsException">The target cannot be replaced, or the disk does not take the content.</exception>
    public void Commit() => Guard(_path, () =>
    {
        if (_content.CanWrite)
            Flush();
        if (!OperatingSystem.IsWindows() && File.Exists(_target))
            File.SetUnixFileMode(_temporary, File.GetUnixFileMode(_target));
        File.Move(_temporary, _target, overwrite: true);
        _exists = false;
        if (_flushToDisk)
            Durability.FlushFolder(FolderOf(_target));
        _stream.Dispose();
        return true;
    });

    /// <summary>Closes the content, and removes it when it was not put into its place.</summary>
    public void Dispose()
    {
        CloseQuietly();
        _content.Dispose();
        if (_exists)
            TemporaryFiles.DeleteQuietly(_temporary);
        _exists = false;
    }

    private static AtomicFile Begin(string path, int bufferSize, bool flushToDisk)
    {
        CheckPlace(path);
        return Guard(path, () => new AtomicFile(path, bufferSize, flushToDisk));
    }

    // Many files may be prepared before the first is put into its place: none of them stays open.
    private void Complete()
    {
        Flush();
        _stream.Dispose();
    }

    private void Flush()
    {
        _stream.Flush();
        if (_flushToDisk)
            Durability.Flush(_stream.SafeFileHandle);
    }

    // What a full disk did not take is written once more by closing, and fails once more: the first failure is the one that counts.
    private void CloseQuietly()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
        }
    }

    private static void CheckPlace(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new TfLbfgsException($"{path}: expected the name of a file, received a folder. Name a file in it.");
        string folder = Guard(path, () => FolderOf(path));
        if (!Directory.Exists(folder))
            throw new TfLbfgsException($"{path}: expected a file in a folder that exists, received {folder}, which does not exist. "
                + "Create it or name another one.");
    }

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TfLbfgsException($"{path}: expected a place that can be written, received: {e.Message.TrimEnd('.')}. Free space, "
                + "change its permissions or name another place.", e);
        }
    }
}

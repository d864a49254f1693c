namespace TfLbfgs.Runtime;

/// <summary>
/// A file that is either complete or not there: written beside its place at once and forced to the disk, renamed into it by <see cref="Commit"/>. One that exists is replaced and keeps its permissions, a
/// symbolic link keeps leading to it. Disposed before that, everything is as it was. Exceptions are those of the file system: who knows what the file is for says so.
/// </summary>
internal sealed class FileSwap : IDisposable
{
    private readonly string _target;
    private readonly string _temporary;
    private bool _isThere;

    private FileSwap(string target)
    {
        _target = target;
        _temporary = NewName(FolderOf(target));
    }

    /// <summary>The folder of a file.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    /// <summary>A name in a folder that no file has.</summary>
    public static string NewName(string folder) => Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");

    /// <summary>Writes the content beside its place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes into a stream that is readable, writable and seekable.</param>
    /// <returns>What puts it into its place.</returns>
    public static FileSwap Prepare(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        if (new FileInfo(target).LinkTarget is not null && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } final)
            target = final.FullName;
        FileSwap swap = new(target);
        try
        {
            using FileStream stream = new(swap._temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 20);
            swap._isThere = true;
            write(stream);
            stream.Flush(flushToDisk: true);
            return swap;
        }
        catch
        {
            swap.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file in one go.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes into a stream that is readable, writable and seekable.</param>
    public static void Write(string path, Action<Stream> write)
    {
        using FileSwap swap = Prepare(path, write);
        swap.Commit();
    }

    /// <summary>Removes a file; when that fails, what failed before says more.</summary>
    public static void DeleteQuietly(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The exception under way would be hidden by this one.
        }
    }

    /// <summary>Puts the content into its place, over what was there.</summary>
    public void Commit()
    {
        if (!OperatingSystem.IsWindows() && File.Exists(_target))
            File.SetUnixFileMode(_temporary, File.GetUnixFileMode(_target));
        File.Move(_temporary, _target, overwrite: true);
        _isThere = false;
    }

    /// <summary>Removes the content when it was not put into its place.</summary>
    public void Dispose()
    {
        if (_isThere)
            DeleteQuietly(_temporary);
        _isThere = false;
    }
}

using System.IO.Compression;
using TfLbfgs.Formats.Zip;
using TfLbfgs.IO;

namespace TfLbfgs.Formats.Npy;

/// <summary>
/// An archive of arrays of NumPy, whose arrays are read when they are asked for. Not thread-safe. Python: <c>numpy.load</c>,
/// <c>numpy.savez</c>.
/// </summary>
public sealed class NpzFile : IDisposable
{
    private const string Extension = ".npy";

    private readonly ZipReader _archive;
    private readonly List<Stream> _streams = [];

    private NpzFile(ZipReader archive)
    {
        _archive = archive;
        List<(string Name, StoredArray Array)> arrays = [];
        foreach (ZipMember member in archive.Members.Where(member => member.Name.EndsWith(Extension, StringComparison.Ordinal)))
        {
            Stream stream = archive.OpenSequential(member);
            _streams.Add(stream);
            arrays.Add((member.Name[..^Extension.Length],
                NpyArray.Open(stream,
                (found, expected) => archive.Fail(member.Name, found, expected, "Save the arrays again by numpy.savez."))));
        }

        Arrays = arrays;
    }

    /// <summary>The arrays with their names, in the order of the archive.</summary>
    public IReadOnlyList<(string Name, StoredArray Array)> Arrays { get; }

    /// <summary>Opens an archive.</summary>
    /// <param name="path">The file, <c>.npz</c>.</param>
    /// <returns>The archive, owned by the caller.</returns>
    /// <exception cref="FileFormatException">The file is damaged, or an array holds no numbers or booleans.</exception>
    public static NpzFile Open(string path) => Open(ZipReader.Open(path), path);

    /// <summary>Opens an archive that was opened as zip.</summary>
    /// <param name="archive">The archive; disposed with this one, also when this fails.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The archive, owned by the caller.</returns>
    /// <exception cref="FileFormatException">The file is damaged, or an array holds no numbers or booleans.</exception>
    public static NpzFile Open(ZipReader archive, string name)
    {
        ArgumentNullException.ThrowIfNull(archive);
        return FileErrors.Guard(name, () =>
        {
            try
            {
                return new NpzFile(archive);
            }
            catch
            {
                archive.Dispose();
                throw;
            }
        });
    }

    /// <summary>Writes an archive, atomically, without compression.</summary>
    /// <param name="path">The file, <c>.npz</c>.</param>
    /// <param name="arrays">The arrays with their names.</param>
    /// <param name="flushToDisk">Whether to wait until the disk has the file, so that it outlasts a failure of the machine.</param>
    /// <exception cref="TfLbfgsException">The place cannot be written, a name stands twice, or NumPy has no such element type.</exception>
    public static void Write(string path, IReadOnlyList<(string Name, StoredArray Array)> arrays, bool flushToDisk = true)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        if (arrays.GroupBy(array => array.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new TfLbfgsException($"{path}: expected names that differ, received '{twice.Key}' twice.");
        List<byte[]> headers = [.. arrays.Select(array => NpyHeader.Write(array.Array))];
        AtomicFile.Write(path, stream =>
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            for (int i = 0; i < arrays.Count; i++)
            {
                using Stream member = archive.CreateEntry(arrays[i].Name + Extension, CompressionLevel.NoCompression).Open();
                member.Write(headers[i]);
                arrays[i].Array.WriteTo(member);
            }
        }, flushToDisk);
    }

    /// <summary>Closes the archive.</summary>
    public void Dispose()
    {
        foreach (Stream stream in _streams)
            stream.Dispose();
        _archive.Dispose();
    }
}

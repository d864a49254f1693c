using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// An HDF5 file, opened for reading. Opening checks every structure of the file and refuses what is damaged, hostile or beyond what Keras
/// and h5py write; reading then allocates no more than was checked. Links to other files are not followed. Not thread-safe. Python:
/// <c>h5py.File(path, "r")</c>.
/// </summary>
public sealed class Hdf5File : IDisposable
{
    private readonly Hdf5Source _source;
    private readonly Hdf5GlobalHeap _texts;

    private Hdf5File(Hdf5Source source)
    {
        _source = source;
        _texts = new Hdf5GlobalHeap(source);
        Root = new Hdf5Scan(source).Run();
    }

    /// <summary>The root group.</summary>
    public Hdf5Group Root { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file, owned by the caller.</returns>
    /// <exception cref="FileFormatException">It cannot be read, or is no sound HDF5 file.</exception>
    public static Hdf5File Open(string path) => FileErrors.Guard(path, () =>
    {
        var info = new FileInfo(path);
        if (Directory.Exists(path))
            throw new FileFormatException(path, "/", "this is a folder", "an HDF5 file",
                "A folder is a SavedModel or a checkpoint; name the file.");
        if (!info.Exists)
            throw new FileFormatException(path, "/", "no such file", "an HDF5 file", "Check the path.");

        // A pipe or device has the length 0 too, and must not be opened: that waits for a writer.
        Stream stream = info.Length == 0
            ? Stream.Null : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Open(stream, path);
    });

    /// <summary>Opens and checks a file that is in a stream, such as an archive's member.</summary>
    /// <param name="stream">Readable and seekable; disposed with the file, also when this fails.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The file, owned by the caller.</returns>
    /// <exception cref="FileFormatException">It cannot be read, or is no sound HDF5 file.</exception>
    public static Hdf5File Open(Stream stream, string name) => FileErrors.Guard(name, () =>
    {
        var source = new Hdf5Source(stream, name);
        try
        {
            return new Hdf5File(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    });

    /// <summary>An array over a dataset, whose elements are read when they are asked for, while the file is open.</summary>
    /// <param name="dataset">A dataset of this file.</param>
    /// <returns>The array.</returns>
    /// <exception cref="FileFormatException">The elements are no numbers or booleans.</exception>
    public StoredArray Array(Hdf5Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return FileErrors.Guard(_source.FileName, () => new DatasetArray(this, dataset, dataset.RequireArray(_source)), dataset.Path);
    }

    /// <summary>Reads an attribute as a list of texts.</summary>
    /// <param name="owner">A group or dataset of this file.</param>
    /// <param name="attribute">The name of the attribute.</param>
    /// <returns>The texts, or null when there is no such attribute.</returns>
    /// <exception cref="FileFormatException">The attribute holds no texts.</exception>
    public string[]? ReadStrings(Hdf5Object owner, string attribute)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return FileErrors.Guard(_source.FileName, () =>
        {
            _source.Where = owner.Path;
            return owner.Attributes.TryGetValue(attribute, out Hdf5Attribute? found) ? found.ReadStrings(_source, _texts) : null;
        }, owner.Path);
    }

    /// <summary>Builds the exception for content that is sound HDF5 but not what the caller needs.</summary>
    /// <param name="objectName">The object, as a path with slashes; "/" is the file as a whole.</param>
    /// <param name="found">What was found, without a full stop.</param>
    /// <param name="expected">What was expected, without a full stop.</param>
    /// <param name="advice">What to do, as a sentence.</param>
    /// <param name="cause">The cause, if another exception is.</param>
    /// <returns>The exception.</returns>
    public FileFormatException Fail(string objectName, string found, string expected, string advice, Exception? cause = null) =>
        new(_source.FileName, objectName, found, expected, advice, cause);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _source.Dispose();

    private sealed class DatasetArray(Hdf5File file, Hdf5Dataset dataset, DType dtype) : StoredArray(dtype, dataset.Shape)
    {
        internal override FileRange? Range => dataset.RangeIn(file._source);

        public override void Read(Span<byte> destination)
        {
            // A span cannot be captured by the guarded action.
            try
            {
                dataset.Read(file._source, destination);
            }
            catch (Exception e) when (e is not FileFormatException)
            {
                throw FileErrors.Translate(e, file._source.FileName, dataset.Path);
            }
        }
    }
}

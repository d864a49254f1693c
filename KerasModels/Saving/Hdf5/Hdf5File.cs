namespace TfLbfgs.Keras.Saving.Hdf5;

/// <summary>
/// An HDF5 file, opened for reading. Opening walks over everything in it and refuses what is damaged, hostile or beyond what Keras writes; reading then allocates no more than was checked.
/// Every failure is an <see cref="Hdf5FileException"/>. PureHDF, which writes our files, is not used for reading: checking what it would follow takes the same parser, and it reads chunks
/// that went without a filter wrongly. Not thread-safe. Python: <c>h5py.File(path, "r")</c>.
/// </summary>
internal sealed class Hdf5File : IDisposable
{
    private readonly Hdf5Source _source;
    private readonly Hdf5GlobalHeap _texts;

    private Hdf5File(Hdf5Source source)
    {
        _source = source;
        _texts = new Hdf5GlobalHeap(source);
        Root = new Hdf5Scan(source).Run();
    }

    public Hdf5Group Root { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <param name="path">The file.</param>
    public static Hdf5File Open(string path) => Guard(path, () =>
    {
        var info = new FileInfo(path);
        if (Directory.Exists(path))
            throw new Hdf5FileException(path, "/", "this is a folder", "an HDF5 file", "A folder is a SavedModel or a checkpoint; name the file.");
        if (!info.Exists)
            throw new Hdf5FileException(path, "/", "no such file", "an HDF5 file", "Check the path.");

        // A pipe or device has the length 0 too, and must not be opened: that waits for a writer.
        Stream stream = info.Length == 0 ? Stream.Null : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Open(stream, path);
    });

    /// <summary>Opens and checks a file that is in a stream, such as an archive's member.</summary>
    /// <param name="stream">Readable and seekable; disposed with the file, also when this fails.</param>
    /// <param name="name">The file as messages name it.</param>
    public static Hdf5File Open(Stream stream, string name) => Guard(name, () =>
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

    /// <summary>Reads a dataset.</summary>
    /// <param name="dataset">A dataset of this file.</param>
    /// <param name="name">The name that the array gets.</param>
    public NamedArray Read(Hdf5Dataset dataset, string name) => Guard(_source.FileName, () =>
        new NamedArray(name, dataset.Type.DType ?? default, dataset.Space.Shape, dataset.Read(_source)), dataset.Path);

    /// <summary>Reads an attribute as a list of texts.</summary>
    /// <returns>The texts, or null when there is no such attribute.</returns>
    public string[]? ReadStrings(Hdf5Object owner, string attribute) => Guard(_source.FileName, () =>
    {
        _source.Where = owner.Path;
        return owner.Attributes.TryGetValue(attribute, out Hdf5Attribute? found) ? found.ReadStrings(_source, _texts) : null;
    }, owner.Path);

    /// <summary>Builds the exception for content that is sound HDF5 but not what the caller needs.</summary>
    public Hdf5FileException Fail(string objectName, string found, string expected, string advice, Exception? cause = null) =>
        new(_source.FileName, objectName, found, expected, advice, cause);

    public void Dispose() => _source.Dispose();

    /// <summary>Turns whatever goes wrong into the one exception: a caller must not need to know which layer noticed.</summary>
    private static T Guard<T>(string file, Func<T> action, string objectName = "/")
    {
        try
        {
            return action();
        }
        catch (Hdf5FileException)
        {
            throw;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new Hdf5FileException(file, objectName, "access to the file is denied", "a file that may be read", "Check its permissions.", e);
        }
        catch (IOException e)
        {
            throw new Hdf5FileException(file, objectName, $"the file cannot be read: {e.Message.TrimEnd('.')}", "a readable file", "Check the path, its permissions and the disk.", e);
        }
        catch (OutOfMemoryException e)
        {
            throw new Hdf5FileException(file, objectName, "not enough memory for the data", "memory for the whole model", "Close other programs or use a machine with more memory.", e);
        }
        catch (Exception e)
        {
            throw new Hdf5FileException(file, objectName, $"the content cannot be read: {e.Message.TrimEnd('.')}", "an HDF5 file as Keras writes it", "The file is damaged; save the model again.", e);
        }
    }
}

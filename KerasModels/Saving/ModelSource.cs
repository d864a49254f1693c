using System.Text.Json;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Formats.Zip;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// A file or folder that is being recognized. What a format opens of it is opened once for all formats, and stays open while the
/// <see cref="ModelContents"/> that one of them makes of it are in use.
/// </summary>
public sealed class ModelSource : IDisposable
{
    private const int MaxJsonLength = 256 << 20;

    private readonly Stack<IDisposable> _owned = [];
    private Hdf5File? _hdf5;
    private ZipReader? _zip;
    private JsonElement? _json;

    /// <summary>Begins to recognize a file.</summary>
    /// <param name="path">A file, a folder, or the prefix of the files of a checkpoint.</param>
    /// <exception cref="FileFormatException">The file cannot be read.</exception>
    public ModelSource(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        Kind = File.Exists(path) || Directory.Exists(path) ? FileProbe.Recognize(path) : FileKind.Unknown;
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>
    /// What the file is, by its first bytes; unknown also where there is no such file, as for the prefix of a checkpoint.
    /// </summary>
    public FileKind Kind { get; }

    /// <summary>The file as HDF5; null when it is none.</summary>
    /// <exception cref="FileFormatException">It is damaged or hostile.</exception>
    public Hdf5File? Hdf5 => Kind == FileKind.Hdf5 ? _hdf5 ??= Own(Hdf5File.Open(Path)) : null;

    /// <summary>The file as a zip archive; null when it is none.</summary>
    /// <exception cref="FileFormatException">It is damaged or hostile.</exception>
    public ZipReader? Zip => Kind == FileKind.Zip ? _zip ??= Own(ZipReader.Open(Path)) : null;

    /// <summary>
    /// The file as a JSON object, in which NaN and infinities, which Python writes, are texts; null when it is none.
    /// </summary>
    /// <exception cref="FileFormatException">It is not valid JSON, or longer than 256 MiB.</exception>
    public JsonElement? Json => Kind == FileKind.Json ? _json ??= ReadJson() : null;

    /// <summary>Keeps a further file open for as long as the contents are in use.</summary>
    /// <typeparam name="T">The class of the file.</typeparam>
    /// <param name="file">The file; disposed with this source.</param>
    /// <returns>The file.</returns>
    public T Own<T>(T file) where T : IDisposable
    {
        ArgumentNullException.ThrowIfNull(file);
        _owned.Push(file);
        return file;
    }

    /// <summary>Closes what was opened, the last first.</summary>
    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? file))
            file.Dispose();
    }

    private JsonElement ReadJson()
    {
        if (new FileInfo(Path).Length > MaxJsonLength)
            throw new FileFormatException(Path, "/", $"JSON of more than {MaxJsonLength} bytes", "the architecture of a model",
                "Check that this is the file that Keras saved.");
        try
        {
            using var document = PythonJson.Parse(File.ReadAllText(Path));
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new FileFormatException(Path, "/", $"not valid JSON: {e.Message.TrimEnd('.')}", "the architecture of a model",
                "Save it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(Path, "/", $"the file cannot be read: {e.Message.TrimEnd('.')}", "a readable file",
                "Check its permissions and the disk.", e);
        }
    }
}

using TfLbfgs.Formats;

namespace TfLbfgs.Keras.Saving.Formats.TensorFlowJs;

/// <summary>Several files that are read as one.</summary>
internal sealed class ConcatenatedFiles : IDisposable
{
    private readonly List<(StoredArrayFile File, long Start)> _files = [];
    private (int Index, FileStream Stream)? _open;

    /// <summary>The number of bytes of all files.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a file at the end.</summary>
    public void Add(StoredArrayFile file)
    {
        _files.Add((file, Length));
        Length += file.Length;
    }

    /// <summary>Reads bytes, which may be in several files.</summary>
    /// <exception cref="FileFormatException">A file cannot be read, or became shorter.</exception>
    public void Read(long position, Span<byte> destination)
    {
        for (int i = 0; i < _files.Count && !destination.IsEmpty; i++)
        {
            (StoredArrayFile file, long start) = _files[i];
            if (position >= start + file.Length)
                continue;
            int count = (int)Math.Min(destination.Length, start + file.Length - position);
            try
            {
                FileStream stream = StreamOf(i);
                stream.Position = position - start;
                stream.ReadExactly(destination[..count]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new FileFormatException(file.Path, "/", $"the file cannot be read: {e.Message.TrimEnd('.')}", "a readable file",
                    "Copy it again.", e);
            }

            destination = destination[count..];
            position += count;
        }
    }

    public void Dispose() => _open?.Stream.Dispose();

    // One at a time, however many there are.
    private FileStream StreamOf(int index)
    {
        if (_open is (var current, var open) && current == index)
            return open;
        _open?.Stream.Dispose();
        FileStream stream = new(_files[index].File.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        _open = (index, stream);
        return stream;
    }
}

namespace TfLbfgs.Formats.Zip;

/// <summary>A read-only stream of a known length that may be sought in: a derived class says what stands at the position.</summary>
/// <param name="length">The length.</param>
internal abstract class ReadOnlyStream(long length) : Stream
{
    private long _position;

    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => true;

    public sealed override bool CanWrite => false;

    public sealed override long Length => length;

    public sealed override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public sealed override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, Math.Max(0, length - _position));
        if (count == 0)
            return 0;
        int read = ReadAt(_position, buffer[..count]);
        _position += read;
        return read;
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Current => _position,
        SeekOrigin.End => length,
        _ => 0,
    };

    public sealed override void Flush()
    {
    }

    public sealed override void SetLength(long value) => throw new InvalidOperationException("The stream is read-only.");

    public sealed override void Write(byte[] buffer, int offset, int count) =>
        throw new InvalidOperationException("The stream is read-only.");

    /// <summary>Reads at a place within the length.</summary>
    /// <param name="place">The place.</param>
    /// <param name="buffer">Receives bytes; not empty, and not beyond the length.</param>
    /// <returns>How many were read; 0: the content ends before.</returns>
    protected abstract int ReadAt(long place, Span<byte> buffer);
}

using System.IO.Compression;

namespace TfLbfgs.Formats.Zip;

/// <summary>
/// Deflated content that is inflated while it is read, so that memory does not grow with it. It may be sought in: forwards by reading on,
/// backwards by beginning anew.
/// </summary>
/// <param name="stored">The deflated bytes, seekable.</param>
/// <param name="length">The length of the content.</param>
internal sealed class InflatingStream(Stream stored, long length) : Stream
{
    private DeflateStream? _inflated;
    private long _inflatedTo;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>Whether there is content behind the stated length.</summary>
    public bool HasMore()
    {
        MoveTo(length);
        return _inflated!.ReadByte() >= 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, Math.Max(0, length - _position));
        if (count == 0 || !MoveTo(_position))
            return 0;
        int read = _inflated!.Read(buffer[..count]);
        _inflatedTo += read;
        _position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Current => _position,
        SeekOrigin.End => length,
        _ => 0,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new InvalidOperationException("The stream is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("The stream is read-only.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inflated?.Dispose();
        base.Dispose(disposing);
    }

    // False where the content ends before the place.
    private bool MoveTo(long place)
    {
        if (_inflated is null || _inflatedTo > place)
        {
            _inflated?.Dispose();
            stored.Position = 0;
            _inflated = new DeflateStream(stored, CompressionMode.Decompress, leaveOpen: true);
            _inflatedTo = 0;
        }

        byte[] passed = new byte[(int)Math.Min(place - _inflatedTo, 1 << 16)];
        while (_inflatedTo < place)
        {
            int read = _inflated.Read(passed.AsSpan(0, (int)Math.Min(passed.Length, place - _inflatedTo)));
            if (read == 0)
                return false;
            _inflatedTo += read;
        }

        return true;
    }
}

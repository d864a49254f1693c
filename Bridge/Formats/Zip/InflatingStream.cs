using System.IO.Compression;

namespace TfLbfgs.Formats.Zip;

/// <summary>
/// Deflated content that is inflated while it is read, so that memory does not grow with it. It may be sought in: forwards by reading on,
/// backwards by beginning anew.
/// </summary>
/// <param name="stored">The deflated bytes, seekable.</param>
/// <param name="length">The length of the content.</param>
internal sealed class InflatingStream(Stream stored, long length) : ReadOnlyStream(length)
{
    private DeflateStream? _inflated;
    private long _inflatedTo;

    /// <summary>Whether there is content behind the stated length.</summary>
    public bool HasMore()
    {
        MoveTo(Length);
        return _inflated!.ReadByte() >= 0;
    }

    protected override int ReadAt(long place, Span<byte> buffer)
    {
        if (!MoveTo(place))
            return 0;
        int read = _inflated!.Read(buffer);
        _inflatedTo += read;
        return read;
    }

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

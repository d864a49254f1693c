namespace TfLbfgs.Formats.Zip;

/// <summary>A part of a seekable stream as a read-only stream of its own, without a copy. The stream below is not closed with it.</summary>
internal sealed class StreamSlice(Stream stream, long start, long length) : ReadOnlyStream(length)
{
    /// <summary>A place in it as one in the file below; null where there is no file.</summary>
    public FileRange? RangeAt(long position) => FileRange.Of(stream, start + position);

    protected override int ReadAt(long place, Span<byte> buffer)
    {
        stream.Position = start + place;
        return stream.Read(buffer);
    }
}

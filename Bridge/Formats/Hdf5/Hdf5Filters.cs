using System.Buffers.Binary;
using System.IO.Compression;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// The filters that a dataset's chunks went through: shuffle, gzip, LZF and the Fletcher checksum. A chunk's mask says which it went
/// without: compression is left out where it made the chunk longer.
/// </summary>
internal sealed class Hdf5Filters
{
    private const int Deflate = 1;
    private const int Shuffle = 2;
    private const int Fletcher32 = 3;
    private const int Lzf = 32000;
    private const int ChecksumLength = 4;

    private readonly int[] _filters;

    private Hdf5Filters(int[] filters) => _filters = filters;

    public static Hdf5Filters None { get; } = new([]);

    public bool IsEmpty => _filters.Length == 0;

    public static Hdf5Filters Parse(Hdf5Source source, ReadOnlySpan<byte> message)
    {
        const int FirstNamed = 256;
        var cursor = new Hdf5Cursor(source, message, "filter list");
        byte version = cursor.Version(1, 2);
        int[] filters = new int[cursor.U8()];
        if (version == 1)
            cursor.Skip(6);
        for (int i = 0; i < filters.Length; i++)
        {
            int filter = cursor.U16();
            int nameLength = version == 1 || filter >= FirstNamed ? cursor.U16() : 0;
            cursor.Skip(2);
            int parameters = cursor.U16();
            cursor.Skip(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength);
            cursor.Skip(4 * (version == 1 ? parameters + (parameters & 1) : parameters));
            if (filter is not (Deflate or Shuffle or Fletcher32 or Lzf))
                throw source.Unsupported($"data compressed with the unsupported filter {filter} ({NameOf(filter)})",
                    "gzip, LZF, shuffle, Fletcher32 or no filter");
            filters[i] = filter;
        }
        if (filters.Length > 32)
            throw source.Damaged($"{filters.Length} filters", "at most 32");
        return new Hdf5Filters(filters);
    }

    /// <summary>Undoes the filters, last to first.</summary>
    /// <param name="source">Builds the exceptions.</param>
    /// <param name="stored">The chunk as stored.</param>
    /// <param name="mask">Bit i: filter i was not applied.</param>
    /// <param name="length">The bytes that must come out.</param>
    /// <param name="elementLength">Bytes per element.</param>
    public byte[] Decode(Hdf5Source source, byte[] stored, uint mask, int length, int elementLength)
    {
        byte[] bytes = stored;
        for (int i = _filters.Length - 1; i >= 0; i--)
        {
            if ((mask >> i & 1) != 0)
                continue;
            bytes = _filters[i] switch
            {
                Deflate => Inflate(source, bytes, length + ChecksumsBefore(i, mask)),
                Lzf => Hdf5Lzf.Decode(source, bytes, length + ChecksumsBefore(i, mask)),
                Shuffle => Unshuffle(bytes, elementLength),
                _ => CheckSum(source, bytes),
            };
        }
        if (bytes.Length != length)
            throw source.Damaged($"a chunk of {bytes.Length} bytes", $"{length} bytes");
        return bytes;
    }

    private static string NameOf(int filter) => filter switch
    {
        4 => "szip",
        5 => "nbit",
        6 => "scale-offset",
        32001 => "blosc",
        32004 => "lz4",
        32008 => "bitshuffle",
        32015 => "zstd",
        _ => "not part of HDF5",
    };

    private int ChecksumsBefore(int index, uint mask)
    {
        int bytes = 0;
        for (int i = 0; i < index; i++)
        {
            if (_filters[i] == Fletcher32 && (mask >> i & 1) == 0)
                bytes += ChecksumLength;
        }
        return bytes;
    }

    private static byte[] Inflate(Hdf5Source source, byte[] bytes, int length)
    {
        // What must come out is known; not a byte more is inflated.
        byte[] inflated = new byte[length];
        try
        {
            using var stream = new ZLibStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
            int count = stream.ReadAtLeast(inflated, length, throwOnEndOfStream: false);
            if (count < length)
                throw source.Damaged($"a chunk that inflates to {count} bytes", $"{length} bytes");
            if (stream.ReadByte() >= 0)
                throw source.Damaged($"a chunk that inflates to more than {length} bytes", $"{length} bytes");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // The bytes come from memory: an IOException is zlib's answer to damage, such as a stream that asks for a dictionary, and not
            // one of the disk.
            throw source.Damaged("a chunk that cannot be inflated", "data compressed with gzip", e);
        }
        return inflated;
    }

    /// <summary>
    /// Shuffled data hold the first bytes of all elements, then the second ones, and so on; what is left over stands unshuffled at the
    /// end.
    /// </summary>
    private static byte[] Unshuffle(byte[] bytes, int elementLength)
    {
        int count = bytes.Length / elementLength;
        if (elementLength == 1 || count <= 1)
            return bytes;
        byte[] plain = new byte[bytes.Length];
        for (int b = 0; b < elementLength; b++)
        {
            ReadOnlySpan<byte> plane = bytes.AsSpan(b * count, count);
            for (int i = 0; i < plane.Length; i++)
                plain[(i * elementLength) + b] = plane[i];
        }
        bytes.AsSpan(count * elementLength).CopyTo(plain.AsSpan(count * elementLength));
        return plain;
    }

    private static byte[] CheckSum(Hdf5Source source, byte[] bytes)
    {
        if (bytes.Length < ChecksumLength)
            throw source.Damaged($"a chunk of {bytes.Length} bytes", "at least its checksum");
        byte[] plain = bytes[..^ChecksumLength];
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(plain.Length));
        uint actual = Hdf5Checksum.Fletcher32(plain);
        if (stored != actual)
            throw source.Damaged($"a chunk with checksum {actual:x8}", $"{stored:x8}, which the file states");
        return plain;
    }
}

using System.Buffers.Binary;
using System.Text;

namespace TfLbfgs.Formats.TensorBundle;

/// <summary>
/// Reads a table of keys and values in the format of LevelDB, which the index of a checkpoint is: blocks of sorted keys that share
/// prefixes, each with a checksum, found by an index block that the footer names.
/// </summary>
internal static class TableReader
{
    private const int FooterLength = 48;
    private const int TrailerLength = 5;
    private const byte SnappyCompression = 1;
    public const ulong Magic = 0xdb4775248b80fb57;

    /// <summary>Reads all entries in order.</summary>
    /// <exception cref="InvalidDataException">The table is damaged.</exception>
    public static List<(string Key, byte[] Value)> Read(byte[] file)
    {
        if (file.Length < FooterLength || BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(file.Length - 8)) != Magic)
            throw new InvalidDataException("no footer of a table at the end");
        ReadOnlySpan<byte> footer = file.AsSpan(file.Length - FooterLength);
        _ = Handle(ref footer);
        (ulong at, ulong length) = Handle(ref footer);
        List<(string Key, byte[] Value)> entries = [];
        long budget = file.Length;
        foreach ((_, byte[] value) in ReadBlock(file, at, length))
        {
            ReadOnlySpan<byte> handle = value;
            (ulong blockAt, ulong blockLength) = Handle(ref handle);
            // Blocks do not overlap, so together they are no longer than the file.
            budget -= (long)Math.Min(blockLength, long.MaxValue / 2);
            if (budget < 0)
                throw new InvalidDataException("blocks that are longer than the file together");
            entries.AddRange(ReadBlock(file, blockAt, blockLength));
        }

        return entries;
    }

    private static (ulong At, ulong Length) Handle(ref ReadOnlySpan<byte> bytes) =>
        (ProtoReader.Varint(ref bytes), ProtoReader.Varint(ref bytes));

    private static List<(string Key, byte[] Value)> ReadBlock(byte[] file, ulong at, ulong length)
    {
        if (at > (ulong)file.Length || length > (ulong)file.Length - at || (ulong)file.Length - at - length < TrailerLength || length == 0)
            throw new InvalidDataException("a block outside the file");
        ReadOnlySpan<byte> block = file.AsSpan((int)at, (int)length + 1);
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)(at + length) + 1));
        if (stored != Crc32C.Masked(block))
            throw new InvalidDataException("a block whose checksum does not match");
        byte compression = block[^1];
        block = block[..^1];
        if (compression == SnappyCompression)
            block = Snappy.Decompress(block);
        else if (compression != 0)
            throw new InvalidDataException($"a block of the unknown compression {compression}");
        if (block.Length < 4)
            throw new InvalidDataException("a block that is too short");
        uint restarts = BinaryPrimitives.ReadUInt32LittleEndian(block[^4..]);
        if (restarts > (uint)(block.Length - 4) / 4)
            throw new InvalidDataException("a block with more restarts than it holds");
        ReadOnlySpan<byte> rest = block[..(block.Length - 4 - (4 * (int)restarts))];
        List<(string Key, byte[] Value)> entries = [];
        byte[] key = [];
        while (!rest.IsEmpty)
        {
            ulong shared = ProtoReader.Varint(ref rest), added = ProtoReader.Varint(ref rest), valueLength = ProtoReader.Varint(ref rest);
            if (shared > (ulong)key.Length || added > (ulong)rest.Length || valueLength > (ulong)rest.Length - added)
                throw new InvalidDataException("an entry outside its block");
            key = [.. key.AsSpan(0, (int)shared), .. rest[..(int)added]];
            entries.Add((Encoding.UTF8.GetString(key), rest.Slice((int)added, (int)valueLength).ToArray()));
            rest = rest[((int)added + (int)valueLength)..];
        }

        return entries;
    }
}

using System.Numerics;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// The B-tree of version 2, which lists the members or attributes of a large group and the chunks of a dataset that may grow along several
/// axes.
/// </summary>
internal static class Hdf5BTree2
{
    public const byte LinksByName = 5;
    public const byte AttributesByName = 8;
    public const byte Chunks = 10;
    public const byte FilteredChunks = 11;

    private const int NodeOverhead = 10;

    /// <summary>Reads all records.</summary>
    /// <param name="source">The file.</param>
    /// <param name="address">The tree's header.</param>
    /// <param name="kind">The kind of record.</param>
    /// <param name="recordLength">Its length, or 0 to take what the tree states.</param>
    public static IEnumerable<byte[]> Read(Hdf5Source source, ulong address, byte kind, int recordLength)
    {
        Header header = ReadHeader(source, address, kind, recordLength);
        if (!Hdf5Source.IsDefined(header.Root))
            yield break;
        var seen = new HashSet<ulong>();
        var pending = new Stack<(ulong Address, int Count, int Depth)>([(header.Root, header.RootCount, header.Depth)]);
        while (pending.TryPop(out (ulong Address, int Count, int Depth) node))
        {
            if (!seen.Add(node.Address))
                throw source.Damaged("an index that leads back into itself", "each node once");
            foreach (byte[] record in ReadNode(source, header, node.Address, node.Count, node.Depth, pending))
                yield return record;
        }
    }

    private static Header ReadHeader(Hdf5Source source, ulong address, byte kind, int recordLength)
    {
        byte[] bytes = source.Read(address, 38, "index header");
        var cursor = new Hdf5Cursor(source, bytes, "index header");
        cursor.Signature("BTHD"u8);
        cursor.Version(0);
        Hdf5Checksum.Verify(source, bytes, "index header");
        byte foundKind = cursor.U8();
        uint nodeLength = cursor.U32();
        int foundLength = cursor.U16();
        int depth = cursor.U16();
        cursor.Skip(2);
        ulong root = cursor.U64();
        int rootCount = cursor.U16();
        if (foundKind != kind || foundLength == 0 || (recordLength != 0 && foundLength != recordLength))
            throw source.Damaged($"an index of kind {foundKind} with records of {foundLength} bytes",
                $"kind {kind} with records of {recordLength} bytes");
        if (nodeLength < NodeOverhead + foundLength || nodeLength > source.Length || depth > 16)
            throw source.Damaged($"an index of depth {depth} with nodes of {nodeLength} bytes",
                "a depth of at most 16 and nodes that fit the file");
        return new Header(kind, foundLength, (int)nodeLength, depth, root, rootCount, PointerSizes((int)nodeLength, foundLength, depth));
    }

    /// <summary>
    /// A pointer in a node of depth d holds the child's address, its number of records, and, above the lowest inner nodes, the number of
    /// records below it; the latter two take as many bytes as the largest possible number does.
    /// </summary>
    private static (int CountBytes, int TotalBytes)[] PointerSizes(int nodeLength, int recordLength, int depth)
    {
        var sizes = new (int CountBytes, int TotalBytes)[depth + 1];
        long leafMaximum = (nodeLength - NodeOverhead) / recordLength;
        int countBytes = BytesFor(leafMaximum);
        Int128 below = leafMaximum;
        int totalBytes = 0;
        for (int d = 1; d <= depth; d++)
        {
            sizes[d] = (countBytes, totalBytes);
            int pointer = 8 + countBytes + totalBytes;
            long maximum = Math.Max(0, (nodeLength - NodeOverhead - pointer) / (recordLength + pointer));
            below = Int128.Min(long.MaxValue, ((maximum + 1) * below) + maximum);
            totalBytes = BytesFor((long)below);
        }
        return sizes;
    }

    private static int BytesFor(long value) => (BitOperations.Log2((ulong)Math.Max(1, value)) / 8) + 1;

    private static List<byte[]> ReadNode(Hdf5Source source, Header header, ulong address, int count, int depth,
        Stack<(ulong Address, int Count, int Depth)> pending)
    {
        (int countBytes, int totalBytes) = header.Pointers[depth];
        int pointers = depth == 0 ? 0 : (count + 1) * (8 + countBytes + totalBytes);
        int length = NodeOverhead + (count * header.RecordLength) + pointers;
        byte[] bytes = source.Read(address, (ulong)length, "index node");
        var cursor = new Hdf5Cursor(source, bytes, "index node");
        cursor.Signature(depth == 0 ? "BTLF"u8 : "BTIN"u8);
        cursor.Version(0);
        cursor.Skip(1);
        Hdf5Checksum.Verify(source, bytes, "index node");
        var records = new List<byte[]>(count);
        for (int i = 0; i < count; i++)
            records.Add(cursor.Take(header.RecordLength).ToArray());
        for (int i = 0; depth > 0 && i <= count; i++)
        {
            ulong child = cursor.U64();
            ulong childCount = cursor.Unsigned(countBytes);
            cursor.Skip(totalBytes);
            if (childCount > ushort.MaxValue)
                throw source.Damaged($"an index node of {childCount} records", $"at most {ushort.MaxValue}");
            pending.Push((child, (int)childCount, depth - 1));
        }
        return records;
    }

    private sealed record Header(byte Kind, int RecordLength, int NodeLength, int Depth, ulong Root, int RootCount,
        (int CountBytes, int TotalBytes)[] Pointers);
}

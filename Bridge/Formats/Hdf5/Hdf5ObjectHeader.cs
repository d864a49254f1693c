namespace TfLbfgs.Formats.Hdf5;

/// <summary>One message of an object header.</summary>
/// <param name="Kind">What it describes.</param>
/// <param name="Data">Its body.</param>
internal readonly record struct Hdf5Message(Hdf5MessageKind Kind, ReadOnlyMemory<byte> Data);

/// <summary>The messages that are read; every other kind is skipped unless it says that it must not be.</summary>
internal enum Hdf5MessageKind
{
    Nil = 0x00,
    Dataspace = 0x01,
    LinkInfo = 0x02,
    Datatype = 0x03,
    OldFillValue = 0x04,
    FillValue = 0x05,
    Link = 0x06,
    ExternalFiles = 0x07,
    Layout = 0x08,
    GroupInfo = 0x0a,
    FilterPipeline = 0x0b,
    Attribute = 0x0c,
    Continuation = 0x10,
    SymbolTable = 0x11,
    AttributeInfo = 0x15,
}

/// <summary>The header of a group or dataset, version 1 or 2, with its continuation blocks.</summary>
internal static class Hdf5ObjectHeader
{
    private const int FailIfUnknown = 0x80;
    private const int Shared = 0x02;
    private const int LastKnownKind = 0x18;

    public static List<Hdf5Message> Read(Hdf5Source source, ulong address)
    {
        byte first = source.Read(address, 1, "object header")[0];
        return first switch
        {
            1 => ReadVersion1(source, address),
            (byte)'O' => ReadVersion2(source, address),
            _ => throw source.Damaged($"no object header at address {address}", "an object header of version 1 or 2"),
        };
    }

    private static List<Hdf5Message> ReadVersion1(Hdf5Source source, ulong address)
    {
        var prefix = new Hdf5Cursor(source, source.Read(address, 16, "object header"), "object header");
        prefix.Skip(8);
        uint size = prefix.U32();
        var messages = new List<Hdf5Message>();
        var blocks = new Queue<(ulong Address, ulong Length)>([(address + 16, size)]);
        var seen = new HashSet<ulong>();
        while (blocks.TryDequeue(out (ulong Address, ulong Length) block))
        {
            CheckFirstVisit(source, seen, block.Address);
            ReadOnlyMemory<byte> bytes = source.Read(block.Address, block.Length, "object header block");
            var cursor = new Hdf5Cursor(source, bytes.Span, "object header block");
            while (cursor.Remaining >= 8)
            {
                int kind = cursor.U16();
                int length = cursor.U16();
                byte flags = cursor.U8();
                cursor.Skip(3);
                Add(source, messages, blocks, kind, flags, bytes.Slice(cursor.Position, cursor.Take(length).Length));
            }
        }
        return messages;
    }

    private static List<Hdf5Message> ReadVersion2(Hdf5Source source, ulong address)
    {
        byte[] start = source.Read(address, 6, "object header");
        var prefix = new Hdf5Cursor(source, start, "object header");
        prefix.Signature("OHDR"u8);
        prefix.Version(2);
        byte headerFlags = prefix.U8();
        int sizeBytes = 1 << (headerFlags & 3);
        int prefixLength = 6 + ((headerFlags & 0x20) != 0 ? 16 : 0) + ((headerFlags & 0x10) != 0 ? 4 : 0);
        var size = new Hdf5Cursor(source, source.Read(address + (ulong)prefixLength, (ulong)sizeBytes, "object header"), "object header");
        ulong blockLength = size.Unsigned(sizeBytes);
        if (blockLength > (ulong)source.Length)
            throw source.Damaged($"an object header of {blockLength} bytes", $"at most {source.Length}, the file's length");

        var messages = new List<Hdf5Message>();
        var blocks = new Queue<(ulong Address, ulong Length)>();
        ReadOnlyMemory<byte> whole = source.Read(address, (ulong)(prefixLength + sizeBytes) + blockLength + 4, "object header");
        Hdf5Checksum.Verify(source, whole.Span, "object header");
        ReadVersion2Block(source, messages, blocks, headerFlags, whole[(prefixLength + sizeBytes)..^4]);
        var seen = new HashSet<ulong>();
        while (blocks.TryDequeue(out (ulong Address, ulong Length) block))
        {
            CheckFirstVisit(source, seen, block.Address);
            ReadOnlyMemory<byte> bytes = source.Read(block.Address, block.Length, "object header block");
            new Hdf5Cursor(source, bytes.Span, "object header block").Signature("OCHK"u8);
            if (bytes.Length < 8)
                throw source.Damaged($"an object header block of {bytes.Length} bytes", "at least 8");
            Hdf5Checksum.Verify(source, bytes.Span, "object header block");
            ReadVersion2Block(source, messages, blocks, headerFlags, bytes[4..^4]);
        }
        return messages;
    }

    private static void ReadVersion2Block(
        Hdf5Source source, List<Hdf5Message> messages, Queue<(ulong Address, ulong Length)> blocks, byte headerFlags,
            ReadOnlyMemory<byte> bytes)
    {
        int orderBytes = (headerFlags & 0x04) != 0 ? 2 : 0;
        var cursor = new Hdf5Cursor(source, bytes.Span, "object header block");

        // What is too short for a message is a gap.
        while (cursor.Remaining >= 4 + orderBytes)
        {
            int kind = cursor.U8();
            int length = cursor.U16();
            byte flags = cursor.U8();
            cursor.Skip(orderBytes);
            Add(source, messages, blocks, kind, flags, bytes.Slice(cursor.Position, cursor.Take(length).Length));
        }
    }

    private static void Add(
        Hdf5Source source, List<Hdf5Message> messages, Queue<(ulong Address, ulong Length)> blocks, int kind, byte flags,
            ReadOnlyMemory<byte> data)
    {
        var known = (Hdf5MessageKind)kind;
        if (known == Hdf5MessageKind.Continuation)
        {
            var cursor = new Hdf5Cursor(source, data.Span, "continuation message");
            blocks.Enqueue((cursor.U64(), cursor.U64()));
            return;
        }
        if (!Enum.IsDefined(known))
        {
            if (kind > LastKnownKind && (flags & FailIfUnknown) != 0)
                throw source.Unsupported($"a header message of the unknown kind {kind}, which a reader must know",
                    "the messages of HDF5 1.14 and earlier");
            return;
        }
        if (known == Hdf5MessageKind.Nil)
            return;
        if ((flags & Shared) != 0)
            throw source.Unsupported($"a {known} that is shared with other objects", "types and shapes that stand with their object");
        messages.Add(new Hdf5Message(known, data));
    }

    private static void CheckFirstVisit(Hdf5Source source, HashSet<ulong> seen, ulong address)
    {
        if (!seen.Add(address))
            throw source.Damaged("an object header that continues in itself", "each block once");
    }
}

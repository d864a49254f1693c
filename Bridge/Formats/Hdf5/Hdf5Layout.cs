namespace TfLbfgs.Formats.Hdf5;

/// <summary>How the chunks of a dataset are found.</summary>
internal enum Hdf5ChunkIndexKind
{
    /// <summary>The data are in one piece.</summary>
    None,

    /// <summary>A B-tree of version 1, as Keras and all older files have it.</summary>
    BTree1,

    /// <summary>There is one chunk.</summary>
    Single,

    /// <summary>All chunks stand one after the other.</summary>
    Implicit,

    /// <summary>An array of addresses.</summary>
    FixedArray,

    /// <summary>A B-tree of version 2.</summary>
    BTree2,
}

/// <summary>Where the elements of a dataset are.</summary>
internal sealed record Hdf5Layout
{
    private const int CompactClass = 0;
    private const int ContiguousClass = 1;
    private const int ChunkedClass = 2;
    private const int VirtualClass = 3;

    /// <summary>The elements themselves, where they stand in the header.</summary>
    public ReadOnlyMemory<byte>? Compact { get; private init; }

    /// <summary>The address of the elements or of the index of the chunks; undefined where nothing was written.</summary>
    public ulong Address { get; private init; } = Hdf5Source.Undefined;

    /// <summary>Bytes of the elements, where they are in one piece.</summary>
    public ulong Length { get; private init; }

    public Hdf5ChunkIndexKind Index { get; private init; }

    /// <summary>The lengths of a chunk's axes.</summary>
    public long[] ChunkShape { get; private init; } = [];

    /// <summary>True where chunks that reach over the dataset's end are stored without filters.</summary>
    public bool UnfilteredEdges { get; private init; }

    /// <summary>The stored bytes of the only chunk, where it has filters.</summary>
    public ulong? SingleLength { get; private init; }

    /// <summary>The filters that the only chunk went without.</summary>
    public uint SingleMask { get; private init; }

    public static Hdf5Layout Parse(Hdf5Source source, ReadOnlyMemory<byte> message, Hdf5Dataspace space, Hdf5Datatype type)
    {
        var cursor = new Hdf5Cursor(source, message.Span, "data layout");
        byte version = cursor.Version(3, 4);
        int layoutClass = cursor.U8();
        switch (layoutClass)
        {
            case CompactClass:
                int length = cursor.U16();
                return new Hdf5Layout { Compact = message.Slice(cursor.Position, cursor.Take(length).Length) };
            case ContiguousClass:
                return new Hdf5Layout { Address = cursor.U64(), Length = cursor.U64() };
            case ChunkedClass:
                return version == 3 ? ParseChunked3(source, ref cursor, space, type) : ParseChunked4(source, ref cursor, space, type);
            case VirtualClass:
                throw source.Unsupported("a virtual dataset, whose data are in other files", "data that are in the file itself");
            default:
                throw source.Damaged($"a data layout of the unknown class {layoutClass}", "compact, contiguous or chunked data");
        }
    }

    private static Hdf5Layout ParseChunked3(Hdf5Source source, ref Hdf5Cursor cursor, Hdf5Dataspace space, Hdf5Datatype type)
    {
        int dimensions = cursor.U8();
        ulong address = cursor.U64();
        long[] shape = ReadChunkShape(source, ref cursor, dimensions, 4, space, type);
        return new Hdf5Layout { Index = Hdf5ChunkIndexKind.BTree1, Address = address, ChunkShape = shape };
    }

    private static Hdf5Layout ParseChunked4(Hdf5Source source, ref Hdf5Cursor cursor, Hdf5Dataspace space, Hdf5Datatype type)
    {
        byte flags = cursor.U8();
        int dimensions = cursor.U8();
        int lengthBytes = cursor.U8();
        if (lengthBytes is < 1 or > 8)
            throw source.Damaged($"chunk lengths of {lengthBytes} bytes", "1 to 8 bytes");
        long[] shape = ReadChunkShape(source, ref cursor, dimensions, lengthBytes, space, type);
        int kind = cursor.U8();
        ulong? singleLength = null;
        uint singleMask = 0;
        Hdf5ChunkIndexKind index;
        switch (kind)
        {
            case 1:
                index = Hdf5ChunkIndexKind.Single;
                if ((flags & 2) != 0)
                {
                    singleLength = cursor.U64();
                    singleMask = cursor.U32();
                }
                break;
            case 2:
                index = Hdf5ChunkIndexKind.Implicit;
                break;
            case 3:
                index = Hdf5ChunkIndexKind.FixedArray;
                cursor.Skip(1);
                break;
            case 5:
                index = Hdf5ChunkIndexKind.BTree2;
                cursor.Skip(6);
                break;
            default:
                throw source.Unsupported(kind == 4
                    ? "chunks of a dataset that may grow along one axis, in the newest format"
                    : $"a chunk index of the unknown kind {kind}", "datasets of a fixed shape");
        }
        return new Hdf5Layout
        {
            Index = index,
            Address = cursor.U64(),
            ChunkShape = shape,
            UnfilteredEdges = (flags & 1) != 0,
            SingleLength = singleLength,
            SingleMask = singleMask,
        };
    }

    private static long[] ReadChunkShape(Hdf5Source source, ref Hdf5Cursor cursor, int dimensions, int lengthBytes, Hdf5Dataspace space,
        Hdf5Datatype type)
    {
        // The last length is that of an element.
        if (dimensions != space.Shape.Count + 1 || dimensions == 1)
            throw source.Damaged($"chunks of {dimensions - 1} axes for data of shape {space}", "as many axes");
        long[] shape = new long[dimensions - 1];
        UInt128 bytes = type.Size;
        for (int i = 0; i < shape.Length; i++)
        {
            ulong length = cursor.Unsigned(lengthBytes);
            bytes *= length;
            if (length == 0 || bytes > Hdf5Limits.DeclaredData(source.Length) || bytes > (UInt128)Hdf5Limits.ArrayBytes)
                throw source.Damaged($"chunks of {bytes} bytes", $"chunks that a file of {source.Length} bytes can fill");
            shape[i] = (long)length;
        }
        ulong elementLength = cursor.Unsigned(lengthBytes);
        if (elementLength != type.Size)
            throw source.Damaged($"chunks with elements of {elementLength} bytes", $"{type.Size} bytes, the size of {type.Description}");
        return shape;
    }
}

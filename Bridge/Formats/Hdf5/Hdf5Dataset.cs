using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>A dataset whose header was checked. <see cref="Hdf5File.Array"/> reads its elements. Python: <c>h5py.Dataset</c>.</summary>
public sealed class Hdf5Dataset : Hdf5Object
{
    private readonly Hdf5Layout _layout;
    private readonly Hdf5Filters _filters;
    private readonly byte[] _fillValue;

    private Hdf5Dataset(string path, List<Hdf5Attribute> attributes, Hdf5Datatype type, Hdf5Dataspace space, Hdf5Layout layout,
        Hdf5Filters filters, byte[] fillValue)
        : base(path, attributes)
    {
        ElementType = type;
        Space = space;
        _layout = layout;
        _filters = filters;
        _fillValue = fillValue;
    }

    /// <summary>The element type; null where it is none of numbers or booleans.</summary>
    public DType? DType => ElementType.DType;

    /// <summary>The element type in words.</summary>
    public string TypeName => ElementType.Description;

    /// <summary>The lengths of the axes; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => Space.Shape;

    internal Hdf5Datatype ElementType { get; }

    internal Hdf5Dataspace Space { get; }

    /// <summary>Bytes of all elements as declared.</summary>
    internal UInt128 DeclaredLength => (UInt128)(ulong)Space.Count * ElementType.Size;

    internal static Hdf5Dataset Parse(Hdf5Source source, string path, List<Hdf5Attribute> attributes, List<Hdf5Message> header)
    {
        Hdf5Dataspace space = Hdf5Dataspace.Parse(source, Require(source, header, Hdf5MessageKind.Dataspace).Span);
        Hdf5Datatype type = Hdf5Datatype.Parse(source, Require(source, header, Hdf5MessageKind.Datatype).Span);
        if (header.Exists(m => m.Kind == Hdf5MessageKind.ExternalFiles))
            throw source.Unsupported("data that are in other files", "data that are in the file itself");
        Hdf5Filters filters = header.Find(m => m.Kind == Hdf5MessageKind.FilterPipeline) is { Data.IsEmpty: false } list
            ? Hdf5Filters.Parse(source, list.Data.Span) : Hdf5Filters.None;
        var layout = Hdf5Layout.Parse(source, Require(source, header, Hdf5MessageKind.Layout), space, type);
        var dataset = new Hdf5Dataset(path, attributes, type, space, layout, filters, FillValue(source, header, type));
        dataset.CheckLength(source);
        return dataset;
    }

    /// <summary>Fails unless the dataset is an array of numbers or booleans.</summary>
    internal DType RequireArray(Hdf5Source source)
    {
        source.Where = Path;
        if (ElementType.DType is not DType dtype)
            throw source.Fail($"unsupported element type: {ElementType.Description}", "floating-point numbers, integers or booleans",
                "Save the model again with Keras; weights are real numbers.");
        if (Space.IsNull)
            throw source.Damaged("a dataset without a value", "an array");
        return dtype;
    }

    /// <summary>
    /// The place in the file where the elements stand as they are in memory; null elsewhere. Costs what reading them costs.
    /// </summary>
    internal FileRange? RangeIn(Hdf5Source source)
    {
        DType dtype = RequireArray(source);
        bool isAsInMemory = _layout.Compact is null && _layout.Index == Hdf5ChunkIndexKind.None && Hdf5Source.IsDefined(_layout.Address)
            && dtype != Runtime.DType.Bool && !(ElementType.BigEndian && ElementType.Size > 1);
        if (!isAsInMemory)
            return null;
        source.ChargeData(DeclaredLength);
        return source.RangeAt(source.Locate(_layout.Address, (ulong)DeclaredLength, "data"));
    }

    /// <summary>Reads the elements, row-major and little-endian.</summary>
    internal void Read(Hdf5Source source, Span<byte> bytes)
    {
        DType dtype = RequireArray(source);
        source.ChargeData(DeclaredLength);
        bytes = bytes[..(int)DeclaredLength];
        if (_layout.Compact is { } compact)
            compact.Span[..bytes.Length].CopyTo(bytes);
        else if (_layout.Index != Hdf5ChunkIndexKind.None)
            ReadChunks(source, bytes);
        else if (Hdf5Source.IsDefined(_layout.Address))
            source.ReadData(_layout.Address, bytes, "data");
        else
            Fill(bytes);

        if (ElementType.BigEndian && ElementType.Size > 1)
        {
            for (int i = 0; i < bytes.Length; i += (int)ElementType.Size)
                bytes.Slice(i, (int)ElementType.Size).Reverse();
        }

        if (dtype == Runtime.DType.Bool)
        {
            foreach (ref byte b in bytes)
                b = b == 0 ? (byte)0 : (byte)1;
        }
    }

    private static ReadOnlyMemory<byte> Require(Hdf5Source source, List<Hdf5Message> header, Hdf5MessageKind kind)
    {
        foreach (Hdf5Message message in header)
        {
            if (message.Kind == kind)
                return message.Data;
        }
        throw source.Damaged($"a dataset without {kind}", "type, shape and place of its data");
    }

    private static byte[] FillValue(Hdf5Source source, List<Hdf5Message> header, Hdf5Datatype type)
    {
        foreach (Hdf5Message message in header)
        {
            byte[] value = message.Kind switch
            {
                Hdf5MessageKind.FillValue => ParseFillValue(source, message.Data.Span),
                Hdf5MessageKind.OldFillValue => ParseOldFillValue(source, message.Data.Span),
                _ => [],
            };
            if (value.Length == type.Size)
                return value;
        }
        return [];
    }

    private static byte[] ParseFillValue(Hdf5Source source, ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(source, message, "fill value");
        byte version = cursor.Version(1, 2, 3);
        bool hasValue;
        if (version == 3)
        {
            hasValue = (cursor.U8() & 0x20) != 0;
        }
        else
        {
            cursor.Skip(2);
            hasValue = cursor.U8() != 0 || version == 1;
        }
        return hasValue ? cursor.Take(cursor.U32()).ToArray() : [];
    }

    private static byte[] ParseOldFillValue(Hdf5Source source, ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(source, message, "fill value");
        return cursor.Take(cursor.U32()).ToArray();
    }

    /// <summary>Refuses, before anything is allocated, data that the file cannot hold.</summary>
    private void CheckLength(Hdf5Source source)
    {
        UInt128 declared = DeclaredLength;
        if (declared > (UInt128)Hdf5Limits.ArrayBytes)
            throw source.Fail($"shape {Space} of {ElementType.Description}: {declared} bytes",
                $"at most {Hdf5Limits.ArrayBytes} bytes in one array", "Save the weights in several arrays.");
        if (declared > Hdf5Limits.DeclaredData(source.Length))
            throw TooMuchData(source, declared);
        if (_layout.Compact is { } compact && declared > (UInt128)compact.Length)
            throw source.Damaged($"{compact.Length} bytes of data for shape {Space} of {ElementType.Description}", $"{declared} bytes");
        if (_layout.Compact is not null || _layout.Index != Hdf5ChunkIndexKind.None || !Hdf5Source.IsDefined(_layout.Address))
            return;
        if (_layout.Length < declared)
            throw source.Damaged($"{_layout.Length} bytes of data for shape {Space} of {ElementType.Description}", $"{declared} bytes");
        if (declared > 0)
            source.Locate(_layout.Address, _layout.Length, "data");
    }

    internal static FileFormatException TooMuchData(Hdf5Source source, UInt128 declared) =>
        source.Damaged($"{declared} bytes of data are declared in a file of {source.Length} bytes",
            $"at most {Hdf5Limits.DeclaredData(source.Length)}, which is what compression can reach");

    private void ReadChunks(Hdf5Source source, Span<byte> bytes)
    {
        Fill(bytes);
        if (bytes.Length == 0)
            return;
        long[] chunkShape = _layout.ChunkShape;
        int elementLength = (int)ElementType.Size;
        int chunkLength = elementLength;
        foreach (long length in chunkShape)
            chunkLength = checked(chunkLength * (int)length);

        var seen = new HashSet<long>();
        foreach (Hdf5Chunk chunk in Hdf5ChunkIndex.Read(source, _layout, Space, chunkLength, !_filters.IsEmpty))
        {
            if (!Hdf5Source.IsDefined(chunk.Address) || !IsInside(chunk.Origin, out bool atEdge, out long first))
                continue;
            for (int axis = 0; axis < chunkShape.Length; axis++)
            {
                if (chunk.Origin[axis] % chunkShape[axis] != 0)
                    throw source.Damaged($"a chunk at {StoredArray.Describe(chunk.Origin)}",
                        $"multiples of the chunk shape {StoredArray.Describe(chunkShape)}");
            }
            if (!seen.Add(first))
                throw source.Damaged($"two chunks at {StoredArray.Describe(chunk.Origin)}", "each chunk once");
            source.Locate(chunk.Address, chunk.StoredLength, "a chunk");
            source.ChargeData((UInt128)(ulong)chunkLength + chunk.StoredLength);
            byte[] stored = new byte[chunk.StoredLength];
            source.ReadData(chunk.Address, stored, "a chunk");
            bool plain = _layout.UnfilteredEdges && atEdge;
            byte[] decoded = (plain ? Hdf5Filters.None : _filters).Decode(source, stored, chunk.Mask, chunkLength, elementLength);
            Copy(decoded, chunk.Origin, bytes, elementLength);
        }
    }

    private bool IsInside(long[] origin, out bool atEdge, out long first)
    {
        atEdge = false;
        first = 0;
        for (int axis = 0; axis < origin.Length; axis++)
        {
            long length = Space.Shape[axis];
            if (origin[axis] >= length)
                return false;
            atEdge |= _layout.ChunkShape[axis] > length - origin[axis];
            first = (first * length) + origin[axis];
        }
        return true;
    }

    /// <summary>Copies the part of a chunk that lies inside the dataset, line by line along the last axis.</summary>
    private void Copy(byte[] chunk, long[] origin, Span<byte> bytes, int elementLength)
    {
        int rank = origin.Length;
        long[] chunkShape = _layout.ChunkShape;
        int lineLength = (int)Math.Min(chunkShape[^1], Space.Shape[^1] - origin[^1]) * elementLength;
        long[] index = new long[rank];
        while (true)
        {
            long from = 0;
            long to = 0;
            for (int axis = 0; axis < rank; axis++)
            {
                from = (from * chunkShape[axis]) + index[axis];
                to = (to * Space.Shape[axis]) + origin[axis] + index[axis];
            }
            chunk.AsSpan((int)(from * elementLength), lineLength).CopyTo(bytes[(int)(to * elementLength)..]);

            int step = rank - 2;
            for (; step >= 0; step--)
            {
                if (++index[step] < chunkShape[step] && origin[step] + index[step] < Space.Shape[step])
                    break;
                index[step] = 0;
            }
            if (step < 0)
                return;
        }
    }

    private void Fill(Span<byte> bytes)
    {
        if (_fillValue.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            bytes.Clear();
            return;
        }

        for (int i = 0; i < bytes.Length; i += _fillValue.Length)
            _fillValue.CopyTo(bytes[i..]);
    }
}

namespace TfLbfgs.Formats.Hdf5;

/// <summary>The heaps in which strings of variable length stand. Each collection is read once.</summary>
internal sealed class Hdf5GlobalHeap(Hdf5Source source)
{
    private readonly Dictionary<ulong, Dictionary<int, ReadOnlyMemory<byte>>> _collections = [];

    /// <summary>Reads one object.</summary>
    /// <param name="collection">The address of its collection.</param>
    /// <param name="index">Its number there, from 1.</param>
    public ReadOnlyMemory<byte> Read(ulong collection, uint index)
    {
        if (!_collections.TryGetValue(collection, out Dictionary<int, ReadOnlyMemory<byte>>? objects))
            _collections[collection] = objects = ReadCollection(collection);
        if (index > ushort.MaxValue || !objects.TryGetValue((int)index, out ReadOnlyMemory<byte> found))
            throw source.Damaged($"a text that refers to entry {index} of a heap of {objects.Count}", "an entry that exists");
        return found;
    }

    private Dictionary<int, ReadOnlyMemory<byte>> ReadCollection(ulong address)
    {
        const int HeadLength = 16;
        var head = new Hdf5Cursor(source, source.Read(address, HeadLength, "heap of texts"), "heap of texts");
        head.Signature("GCOL"u8);
        head.Version(1);
        head.Skip(3);
        ulong length = head.U64();
        if (length < HeadLength)
            throw source.Damaged($"a heap of texts of {length} bytes", $"at least {HeadLength}");
        ReadOnlyMemory<byte> bytes = source.Read(address, length, "heap of texts");
        var cursor = new Hdf5Cursor(source, bytes.Span, "heap of texts");
        cursor.Skip(HeadLength);
        var objects = new Dictionary<int, ReadOnlyMemory<byte>>();
        while (cursor.Remaining >= HeadLength)
        {
            int index = cursor.U16();
            cursor.Skip(6);
            ulong size = cursor.U64();

            // Index 0 is the free space at the end.
            if (index == 0)
                break;
            int start = cursor.Position;
            cursor.Take(size);
            if (!objects.TryAdd(index, bytes.Slice(start, (int)size)))
                throw source.Damaged($"a heap of texts with two entries {index}", "each number once");
            cursor.AlignTo8();
        }
        return objects;
    }
}

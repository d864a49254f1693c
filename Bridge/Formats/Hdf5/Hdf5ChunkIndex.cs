using System.Buffers.Binary;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>A chunk as the index lists it.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="StoredLength">Its bytes as stored.</param>
/// <param name="Mask">The filters that it went without.</param>
/// <param name="Origin">The indices of its first element.</param>
internal readonly record struct Hdf5Chunk(ulong Address, ulong StoredLength, uint Mask, long[] Origin);

/// <summary>Lists the chunks of a dataset.</summary>
internal static class Hdf5ChunkIndex
{
    public static IEnumerable<Hdf5Chunk> Read(Hdf5Source source, Hdf5Layout layout, Hdf5Dataspace space, int chunkLength, bool filtered)
    {
        if (!Hdf5Source.IsDefined(layout.Address))
            return [];
        return layout.Index switch
        {
            Hdf5ChunkIndexKind.BTree1 => ReadBTree1(source, layout, filtered, chunkLength),
            Hdf5ChunkIndexKind.Single =>
                [new Hdf5Chunk(layout.Address, layout.SingleLength
                ?? (ulong)chunkLength, layout.SingleMask, new long[layout.ChunkShape.Length])],
            Hdf5ChunkIndexKind.Implicit => ReadImplicit(layout, space, chunkLength),
            Hdf5ChunkIndexKind.FixedArray => ReadFixedArray(source, layout, space, chunkLength, filtered),
            _ => ReadBTree2(source, layout, chunkLength, filtered),
        };
    }

    private static IEnumerable<Hdf5Chunk> ReadBTree1(Hdf5Source source, Hdf5Layout layout, bool filtered, int chunkLength)
    {
        int rank = layout.ChunkShape.Length;
        foreach (Hdf5BTree1Entry entry in Hdf5BTree1.Read(source, layout.Address, Hdf5BTree1.ChunkNode, 8 + (8 * (rank + 1))))
        {
            uint stored = BinaryPrimitives.ReadUInt32LittleEndian(entry.Key);
            uint mask = BinaryPrimitives.ReadUInt32LittleEndian(entry.Key.AsSpan(4));
            if (!filtered && stored != chunkLength)
                throw source.Damaged($"a chunk of {stored} bytes", $"{chunkLength} bytes");
            yield return new Hdf5Chunk(entry.Child, stored, mask, ReadOrigin(entry.Key.AsSpan(8), rank, null));
        }
    }

    private static IEnumerable<Hdf5Chunk> ReadBTree2(Hdf5Source source, Hdf5Layout layout, int chunkLength, bool filtered)
    {
        int rank = layout.ChunkShape.Length;
        byte kind = filtered ? Hdf5BTree2.FilteredChunks : Hdf5BTree2.Chunks;
        foreach (byte[] record in Hdf5BTree2.Read(source, layout.Address, kind, filtered ? 0 : 8 + (8 * rank)))
        {
            int lengthBytes = record.Length - 8 - 4 - (8 * rank);
            if (filtered && lengthBytes is < 1 or > 8)
                throw source.Damaged($"chunk records of {record.Length} bytes", "an address, a length, a mask and an origin");
            var cursor = new Hdf5Cursor(source, record, "chunk record");
            ulong address = cursor.U64();
            ulong stored = filtered ? cursor.Unsigned(lengthBytes) : (ulong)chunkLength;
            uint mask = filtered ? cursor.U32() : 0;
            yield return new Hdf5Chunk(address, stored, mask, ReadOrigin(cursor.Take(8 * rank), rank, layout.ChunkShape));
        }
    }

    private static IEnumerable<Hdf5Chunk> ReadImplicit(Hdf5Layout layout, Hdf5Dataspace space, int chunkLength)
    {
        ulong address = layout.Address;
        foreach (long[] origin in Origins(layout, space))
        {
            yield return new Hdf5Chunk(address, (ulong)chunkLength, 0, origin);
            address += (ulong)chunkLength;
        }
    }

    private static IEnumerable<Hdf5Chunk> ReadFixedArray(Hdf5Source source, Hdf5Layout layout, Hdf5Dataspace space, int chunkLength,
        bool filtered)
    {
        using IEnumerator<byte[]> elements = Hdf5FixedArray.Read(source, layout.Address, filtered).GetEnumerator();
        foreach (long[] origin in Origins(layout, space))
        {
            if (!elements.MoveNext())
                yield break;
            byte[] element = elements.Current;
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(element);
            if (!Hdf5Source.IsDefined(address))
                continue;
            if (!filtered)
            {
                yield return new Hdf5Chunk(address, (ulong)chunkLength, 0, origin);
                continue;
            }
            var cursor = new Hdf5Cursor(source, element.AsSpan(8), "chunk record");
            ulong stored = cursor.Unsigned(element.Length - 12);
            yield return new Hdf5Chunk(address, stored, cursor.U32(), origin);
        }
    }

    /// <summary>The origins of all chunks, row-major, as far as the shape may grow: an index without origins counts them so.</summary>
    private static IEnumerable<long[]> Origins(Hdf5Layout layout, Hdf5Dataspace space)
    {
        int rank = layout.ChunkShape.Length;
        long[] origin = new long[rank];
        while (true)
        {
            yield return (long[])origin.Clone();
            int axis = rank - 1;
            for (; axis >= 0; axis--)
            {
                origin[axis] += layout.ChunkShape[axis];
                if ((ulong)origin[axis] < Math.Max(space.MaxShape[axis], (ulong)space.Shape[axis]) && origin[axis] > 0)
                    break;
                origin[axis] = 0;
            }
            if (axis < 0)
                yield break;
        }
    }

    private static long[] ReadOrigin(ReadOnlySpan<byte> bytes, int rank, long[]? scale)
    {
        long[] origin = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            UInt128 start = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]) * (UInt128)(ulong)(scale?[i] ?? 1);

            // Out of reach of any shape; the reader leaves such a chunk out.
            origin[i] = start > (UInt128)long.MaxValue ? long.MaxValue : (long)start;
        }
        return origin;
    }
}

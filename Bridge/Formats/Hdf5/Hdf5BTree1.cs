namespace TfLbfgs.Formats.Hdf5;

/// <summary>An entry of a leaf.</summary>
/// <param name="Key">The key in front of the child.</param>
/// <param name="Child">The address that the entry leads to.</param>
internal readonly record struct Hdf5BTree1Entry(byte[] Key, ulong Child);

/// <summary>The B-tree of version 1, which lists the symbol tables of a group or the chunks of a dataset.</summary>
internal static class Hdf5BTree1
{
    public const byte GroupNode = 0;
    public const byte ChunkNode = 1;

    /// <summary>Reads the entries of all leaves. Every node is visited once, or the tree is refused.</summary>
    public static IEnumerable<Hdf5BTree1Entry> Read(Hdf5Source source, ulong address, byte kind, int keyLength)
    {
        var seen = new HashSet<ulong>();
        var pending = new Stack<(ulong Address, int Level)>([(address, -1)]);
        while (pending.TryPop(out (ulong Address, int Level) node))
        {
            if (!seen.Add(node.Address))
                throw source.Damaged("an index that leads back into itself", "each node once");
            (int level, List<Hdf5BTree1Entry> entries) = ReadNode(source, node.Address, kind, keyLength);
            if (node.Level >= 0 && level != node.Level)
                throw source.Damaged($"an index node of level {level}", $"level {node.Level}");
            if (level == 0)
            {
                foreach (Hdf5BTree1Entry entry in entries)
                    yield return entry;
                continue;
            }

            // The stack turns the order round: the last child is pushed first.
            for (int i = entries.Count - 1; i >= 0; i--)
                pending.Push((entries[i].Child, level - 1));
        }
    }

    private static (int Level, List<Hdf5BTree1Entry> Entries) ReadNode(Hdf5Source source, ulong address, byte kind, int keyLength)
    {
        const int HeadLength = 24;
        var head = new Hdf5Cursor(source, source.Read(address, HeadLength, "index node"), "index node");
        head.Signature("TREE"u8);
        byte foundKind = head.U8();
        if (foundKind != kind)
            throw source.Damaged($"an index node of kind {foundKind}", $"kind {kind}");
        int level = head.U8();
        int count = head.U16();
        var cursor =
            new Hdf5Cursor(source, source.Read(address + HeadLength, (ulong)(count * (keyLength + 8)), "index node"), "index node");
        var entries = new List<Hdf5BTree1Entry>(count);
        for (int i = 0; i < count; i++)
            entries.Add(new Hdf5BTree1Entry(cursor.Take(keyLength).ToArray(), cursor.U64()));
        return (level, entries);
    }
}

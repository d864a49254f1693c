namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// The members of a group: old groups (B-tree of symbol tables, as Keras writes), compact groups (link messages) and dense ones (fractal
/// heap). Only hard links are followed. A soft or external link is refused: one may form a loop, the other opens files that the user did
/// not name.
/// </summary>
internal static class Hdf5Links
{
    private const int HardLink = 0;
    private const int SoftLink = 1;
    private const int ExternalLink = 64;
    private const int CachedSoftLink = 2;

    /// <summary>Reads name and object header address of every member, in the order of the file.</summary>
    public static Dictionary<string, ulong> Read(Hdf5Source source, IEnumerable<Hdf5Message> header)
    {
        var links = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (Hdf5Message message in header)
        {
            switch (message.Kind)
            {
                case Hdf5MessageKind.SymbolTable:
                    ReadSymbolTables(source, message.Data.Span, links);
                    break;
                case Hdf5MessageKind.Link:
                    ReadLink(source, message.Data.Span, links);
                    break;
                case Hdf5MessageKind.LinkInfo:
                    ReadDenseLinks(source, message.Data.Span, links);
                    break;
            }
        }
        return links;
    }

    private static void ReadSymbolTables(Hdf5Source source, ReadOnlySpan<byte> message, Dictionary<string, ulong> links)
    {
        var cursor = new Hdf5Cursor(source, message, "symbol table message");
        ulong tree = cursor.U64();
        byte[] names = ReadLocalHeap(source, cursor.U64());
        foreach (Hdf5BTree1Entry entry in Hdf5BTree1.Read(source, tree, Hdf5BTree1.GroupNode, keyLength: 8))
            ReadSymbolTableNode(source, entry.Child, names, links);
    }

    private static byte[] ReadLocalHeap(Hdf5Source source, ulong address)
    {
        var cursor = new Hdf5Cursor(source, source.Read(address, 32, "local heap"), "local heap");
        cursor.Signature("HEAP"u8);
        cursor.Version(0);
        cursor.Skip(3);
        ulong length = cursor.U64();
        cursor.Skip(8);
        return source.Read(cursor.U64(), length, "names of a group");
    }

    private static void ReadSymbolTableNode(Hdf5Source source, ulong address, byte[] names, Dictionary<string, ulong> links)
    {
        const int EntryLength = 40;
        byte[] head = source.Read(address, 8, "symbol table");
        var headCursor = new Hdf5Cursor(source, head, "symbol table");
        headCursor.Signature("SNOD"u8);
        headCursor.Version(1);
        headCursor.Skip(1);
        int count = headCursor.U16();
        var cursor = new Hdf5Cursor(source, source.Read(address + 8, (ulong)(count * EntryLength), "symbol table"), "symbol table");
        for (int i = 0; i < count; i++)
        {
            ulong nameAt = cursor.U64();
            ulong objectHeader = cursor.U64();
            uint cached = cursor.U32();
            cursor.Skip(4 + 16);
            if (nameAt >= (ulong)names.Length)
                throw source.Damaged($"a name at offset {nameAt}", $"an offset below {names.Length}, the size of the group's names");
            string name = Hdf5Cursor.TerminatedText(source, names.AsSpan((int)nameAt), "the name of a member");
            if (cached == CachedSoftLink || !Hdf5Source.IsDefined(objectHeader))
                throw RefuseLink(source, name, "a soft link");
            Add(source, links, name, objectHeader);
        }
    }

    private static void ReadDenseLinks(Hdf5Source source, ReadOnlySpan<byte> message, Dictionary<string, ulong> links)
    {
        const int HashLength = 4;
        var cursor = new Hdf5Cursor(source, message, "link info");
        cursor.Version(0);
        if ((cursor.U8() & 1) != 0)
            cursor.Skip(8);
        ulong heapAddress = cursor.U64();
        ulong nameTree = cursor.U64();
        if (!Hdf5Source.IsDefined(heapAddress))
            return;
        Hdf5FractalHeap heap = Hdf5FractalHeap.Open(source, heapAddress);
        foreach (byte[] record in Hdf5BTree2.Read(source, nameTree, Hdf5BTree2.LinksByName, HashLength + heap.IdLength))
            ReadLink(source, heap.Read(record.AsSpan(HashLength)), links);
    }

    private static void ReadLink(Hdf5Source source, ReadOnlySpan<byte> message, Dictionary<string, ulong> links)
    {
        var cursor = new Hdf5Cursor(source, message, "link");
        cursor.Version(1);
        byte flags = cursor.U8();
        int kind = (flags & 8) != 0 ? cursor.U8() : HardLink;
        if ((flags & 4) != 0)
            cursor.Skip(8);
        if ((flags & 16) != 0)
            cursor.Skip(1);
        ulong nameLength = cursor.Unsigned(1 << (flags & 3));
        string name = Hdf5Cursor.Text(source, cursor.Take(nameLength), "the name of a member");
        switch (kind)
        {
            case HardLink:
                Add(source, links, name, cursor.U64());
                break;
            case SoftLink:
                throw RefuseLink(source, name, "a soft link");
            case ExternalLink:
                throw RefuseLink(source, name, "an external link, which leads to another file");
            default:
                throw RefuseLink(source, name, $"a link of the unknown kind {kind}");
        }
    }

    private static void Add(Hdf5Source source, Dictionary<string, ulong> links, string name, ulong address)
    {
        if (name is "" or "." || name.Contains('/'))
            throw source.Damaged($"a member with the name \"{name}\"", "a name without slashes");
        if (!links.TryAdd(name, address))
            throw source.Damaged($"two members with the name \"{name}\"", "each name once");
    }

    private static FileFormatException RefuseLink(Hdf5Source source, string name, string what)
    {
        source.Where = source.Where == "/" ? name : $"{source.Where}/{name}";
        return source.Fail($"{what}", "groups and datasets that are in the file itself; links are not followed",
            "Keras writes no such links: save the model again with Keras.");
    }
}

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// Walks over all groups and datasets of a file once and checks each header. An object that several names lead to is read once; a group
/// that contains itself is refused. Nothing that the file says is followed beyond <see cref="Hdf5Limits"/>.
/// </summary>
internal sealed class Hdf5Scan(Hdf5Source source)
{
    private readonly Dictionary<ulong, Hdf5Object> _objects = [];
    private readonly HashSet<ulong> _ancestors = [];
    private UInt128 _declared;

    /// <summary>Checks everything.</summary>
    /// <returns>The root group with all that is below it.</returns>
    public Hdf5Group Run()
    {
        ulong root = Hdf5Superblock.Read(source);
        return Visit(root, "/", 0) as Hdf5Group ?? throw source.Damaged("a dataset as the root", "a group");
    }

    private Hdf5Object Visit(ulong address, string path, int depth)
    {
        source.Where = path;
        source.GuardStack();
        if (_ancestors.Contains(address))
            throw source.Damaged("a group that contains itself", "groups that end somewhere");
        if (_objects.TryGetValue(address, out Hdf5Object? known))
            return known;
        if (depth > Hdf5Limits.Depth)
            throw source.Damaged($"groups nested {depth} deep", $"at most {Hdf5Limits.Depth}");
        if (_objects.Count >= Hdf5Limits.Objects)
            throw source.Damaged($"more than {_objects.Count} groups and datasets", $"at most {Hdf5Limits.Objects}");

        List<Hdf5Message> header = Hdf5ObjectHeader.Read(source, address);
        List<Hdf5Attribute> attributes = ReadAttributes(header);
        if (header.Exists(m => m.Kind == Hdf5MessageKind.Layout))
            return _objects[address] = VisitDataset(path, attributes, header);
        if (!header.Exists(m => m.Kind is Hdf5MessageKind.SymbolTable or Hdf5MessageKind.LinkInfo or Hdf5MessageKind.Link))
            throw source.Unsupported("an object that is neither a group nor a dataset", "groups and datasets");

        var group = new Hdf5Group(path, attributes);
        _objects[address] = group;
        _ancestors.Add(address);
        foreach ((string name, ulong member) in Hdf5Links.Read(source, header))
            group.Add(name, Visit(member, group.PathOf(name), depth + 1));
        _ancestors.Remove(address);
        return group;
    }

    private Hdf5Dataset VisitDataset(string path, List<Hdf5Attribute> attributes, List<Hdf5Message> header)
    {
        var dataset = Hdf5Dataset.Parse(source, path, attributes, header);
        _declared += dataset.DeclaredLength;
        if (_declared > Hdf5Limits.DeclaredData(source.Length))
            throw Hdf5Dataset.TooMuchData(source, _declared);
        return dataset;
    }

    private List<Hdf5Attribute> ReadAttributes(List<Hdf5Message> header)
    {
        var attributes = new List<Hdf5Attribute>();
        foreach (Hdf5Message message in header)
        {
            if (message.Kind == Hdf5MessageKind.Attribute)
                attributes.Add(Hdf5Attribute.Parse(source, message.Data));
            else if (message.Kind == Hdf5MessageKind.AttributeInfo)
                ReadDenseAttributes(message.Data.Span, attributes);
        }
        return attributes;
    }

    private void ReadDenseAttributes(ReadOnlySpan<byte> message, List<Hdf5Attribute> attributes)
    {
        const int Shared = 0x02;
        var cursor = new Hdf5Cursor(source, message, "attribute info");
        cursor.Version(0);
        if ((cursor.U8() & 1) != 0)
            cursor.Skip(2);
        ulong heapAddress = cursor.U64();
        ulong nameTree = cursor.U64();
        if (!Hdf5Source.IsDefined(heapAddress))
            return;
        Hdf5FractalHeap heap = Hdf5FractalHeap.Open(source, heapAddress);
        foreach (byte[] record in Hdf5BTree2.Read(source, nameTree, Hdf5BTree2.AttributesByName, 0))
        {
            if (record.Length < heap.IdLength + 1 || (record[heap.IdLength] & Shared) != 0)
                throw source.Unsupported("an attribute that is shared with other objects", "attributes that stand with their object");
            attributes.Add(Hdf5Attribute.Parse(source, heap.Read(record.AsSpan(0, heap.IdLength))));
        }
    }
}

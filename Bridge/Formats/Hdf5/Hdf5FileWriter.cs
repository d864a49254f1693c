using System.Text;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// Writes a file front to back: superblock 2, texts in heaps, object headers of version 2 with their links, then the arrays one after the
/// other. Addresses are laid out before anything is written, so no seeking is needed. HDF5 1.8 and later read it.
/// </summary>
internal sealed class Hdf5FileWriter
{
    private const int SuperblockLength = 48;
    private const int HeapHeadLength = 16;
    private const int MinHeapLength = 4096;
    private const int MaxTextsPerHeap = 30_000;
    private const int DataAlignment = 8;

    private readonly List<List<byte[]>> _heaps = [];
    private readonly List<ulong> _heapAddresses = [];
    private readonly Dictionary<string, (int Heap, int Index, int Length)> _texts = new(StringComparer.Ordinal);
    private readonly List<(object Node, ulong Address)> _headers = [];
    private readonly Dictionary<object, ulong> _addresses = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<StoredArray, ulong> _data = new(ReferenceEqualityComparer.Instance);
    private readonly ulong _end;

    public Hdf5FileWriter(Hdf5GroupBuilder root)
    {
        CollectTexts(root);
        ulong position = SuperblockLength;
        foreach (List<byte[]> heap in _heaps)
        {
            _heapAddresses.Add(position);
            position += (ulong)HeapLength(heap);
        }

        // Lengths do not depend on addresses, so headers are encoded twice: to measure them, and to write them.
        foreach (object node in Walk(root))
        {
            _headers.Add((node, position));
            _addresses[node] = position;
            position += (ulong)EncodeHeader(node).Length;
        }

        foreach (StoredArray array in _headers.Select(header => header.Node).OfType<StoredArray>())
        {
            position = (position + DataAlignment - 1) / DataAlignment * DataAlignment;
            _data[array] = position;
            position += (ulong)array.ByteCount;
        }

        _end = position;
    }

    public void WriteTo(Stream stream)
    {
        stream.Write(EncodeSuperblock());
        foreach (List<byte[]> heap in _heaps)
            stream.Write(EncodeHeap(heap));
        ulong position = SuperblockLength + (ulong)_heaps.Sum(HeapLength);
        foreach ((object node, _) in _headers)
        {
            byte[] header = EncodeHeader(node);
            stream.Write(header);
            position += (ulong)header.Length;
        }

        Span<byte> padding = stackalloc byte[DataAlignment];
        padding.Clear();
        foreach ((StoredArray array, ulong address) in _data)
        {
            stream.Write(padding[..(int)(address - position)]);
            array.WriteTo(stream);
            position = address + (ulong)array.ByteCount;
        }
    }

    /// <summary>Groups and arrays, each once, a group before its members.</summary>
    private static IEnumerable<object> Walk(Hdf5GroupBuilder root)
    {
        Stack<object> open = new([root]);
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        while (open.TryPop(out object? node))
        {
            if (!seen.Add(node))
                continue;
            yield return node;
            if (node is Hdf5GroupBuilder group)
            {
                foreach (object member in group.Members.Values.Reverse())
                    open.Push(member);
            }
        }
    }

    private void CollectTexts(Hdf5GroupBuilder root)
    {
        foreach (string text in Walk(root).OfType<Hdf5GroupBuilder>().SelectMany(group => group.Attributes.Values)
            .SelectMany(texts => texts ?? []))
        {
            if (text.Length == 0 || _texts.ContainsKey(text))
                continue;
            if (_heaps.Count == 0 || _heaps[^1].Count >= MaxTextsPerHeap)
                _heaps.Add([]);
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            _heaps[^1].Add(bytes);
            _texts[text] = (_heaps.Count - 1, _heaps[^1].Count, bytes.Length);
        }
    }

    private static int Padded(int length) => (length + 7) / 8 * 8;

    private static int HeapLength(List<byte[]> texts) =>
        Math.Max(MinHeapLength, HeapHeadLength + texts.Sum(text => HeapHeadLength + Padded(text.Length)) + HeapHeadLength);

    private static byte[] EncodeHeap(List<byte[]> texts)
    {
        Hdf5Buffer heap = new();
        int length = HeapLength(texts);
        heap.Bytes("GCOL"u8);
        heap.U32(1);
        heap.U64((ulong)length);
        for (int i = 0; i < texts.Count; i++)
        {
            heap.U16(i + 1);
            heap.Zeros(6);
            heap.U64((ulong)texts[i].Length);
            heap.Bytes(texts[i]);
            heap.Zeros(Padded(texts[i].Length) - texts[i].Length);
        }

        // Entry 0 is the free space, its own head included.
        int free = length - heap.Length;
        heap.Zeros(8);
        heap.U64((ulong)free);
        heap.Zeros(free - HeapHeadLength);
        return heap.ToArray();
    }

    private byte[] EncodeSuperblock()
    {
        Hdf5Buffer block = new();
        block.Bytes([0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n', 2, 8, 8, 0]);
        block.U64(0);
        block.U64(Hdf5Source.Undefined);
        block.U64(_end);
        block.U64(_headers[0].Address);
        block.Checksum();
        return block.ToArray();
    }

    private byte[] EncodeHeader(object node)
    {
        Hdf5Buffer messages = new();
        if (node is Hdf5GroupBuilder group)
            AddGroup(messages, group);
        else
            AddDataset(messages, (StoredArray)node);
        Hdf5Buffer header = new();
        header.Bytes("OHDR"u8);
        header.Bytes([2, 2]);
        header.U32((uint)messages.Length);
        header.Bytes(messages.ToArray());
        header.Checksum();
        return header.ToArray();
    }

    private void AddGroup(Hdf5Buffer messages, Hdf5GroupBuilder group)
    {
        Hdf5Buffer info = new();
        info.Zeros(2);
        info.U64(Hdf5Source.Undefined);
        info.U64(Hdf5Source.Undefined);
        messages.Message(Hdf5MessageKind.LinkInfo, info);
        Hdf5Buffer groupInfo = new();
        groupInfo.Zeros(2);
        messages.Message(Hdf5MessageKind.GroupInfo, groupInfo);
        foreach ((string name, IReadOnlyList<string>? texts) in group.Attributes)
            messages.Message(Hdf5MessageKind.Attribute, Attribute(name, texts, group.ScalarAttributes.Contains(name)));
        foreach ((string name, object member) in group.Members)
        {
            // Flags: length of the name in 2 bytes, character set stated.
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            Hdf5Buffer link = new();
            link.Bytes([1, 0x11, 1]);
            link.U16(utf8.Length);
            link.Bytes(utf8);
            link.U64(_addresses.GetValueOrDefault(member));
            messages.Message(Hdf5MessageKind.Link, link);
        }
    }

    private void AddDataset(Hdf5Buffer messages, StoredArray array)
    {
        messages.Message(Hdf5MessageKind.Dataspace, Dataspace(array.Shape));
        Hdf5Buffer type = new();
        type.Bytes(Hdf5TypeWriter.Encode(array.DType)!);
        messages.Message(Hdf5MessageKind.Datatype, type, flags: 1);
        // Version 3, allocated late, written if set.
        Hdf5Buffer fill = new();
        fill.Bytes([3, 0x0a]);
        messages.Message(Hdf5MessageKind.FillValue, fill, flags: 1);
        Hdf5Buffer layout = new();
        layout.Bytes([3, 1]);
        layout.U64(array.ByteCount == 0 ? Hdf5Source.Undefined : _data.GetValueOrDefault(array));
        layout.U64((ulong)array.ByteCount);
        messages.Message(Hdf5MessageKind.Layout, layout);
        // Keras 3 knows bfloat16 by it.
        if (array.DType == Runtime.DType.BFloat16)
            messages.Message(Hdf5MessageKind.Attribute, Attribute("dtype", ["bfloat16"], isScalar: true));
    }

    private Hdf5Buffer Attribute(string name, IReadOnlyList<string>? texts, bool isScalar)
    {
        byte[] utf8 = [.. Encoding.UTF8.GetBytes(name), 0];
        byte[] type = texts is null ? Hdf5TypeWriter.Encode(Runtime.DType.Float64)! : Hdf5TypeWriter.VariableText;
        Hdf5Buffer space = Dataspace(isScalar ? [] : [texts?.Count ?? 0]);
        Hdf5Buffer message = new();
        message.Bytes([3, 0]);
        message.U16(utf8.Length);
        message.U16(type.Length);
        message.U16(space.Length);
        message.Bytes([1]);
        message.Bytes(utf8);
        message.Bytes(type);
        message.Bytes(space.ToArray());
        foreach (string text in texts ?? [])
        {
            // A text of length 0 has no entry.
            (int heap, int index, int length) = _texts.GetValueOrDefault(text, (-1, 0, 0));
            message.U32((uint)length);
            message.U64(heap < 0 || heap >= _heapAddresses.Count ? 0 : _heapAddresses[heap]);
            message.U32((uint)index);
        }

        return message;
    }

    private static Hdf5Buffer Dataspace(IReadOnlyList<long> shape)
    {
        Hdf5Buffer space = new();
        space.Bytes([2, (byte)shape.Count, 0, (byte)(shape.Count == 0 ? 0 : 1)]);
        foreach (long axis in shape)
            space.U64((ulong)axis);
        return space;
    }
}

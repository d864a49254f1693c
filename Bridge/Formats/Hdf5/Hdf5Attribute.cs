using System.Buffers.Binary;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>An attribute of a group or dataset. Its value is decoded when it is asked for.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Space">Its shape.</param>
/// <param name="Data">The elements as they stand in the file.</param>
internal sealed record Hdf5Attribute(string Name, Hdf5Datatype Type, Hdf5Dataspace Space, ReadOnlyMemory<byte> Data)
{
    private const int HeapReferenceLength = 16;

    public static Hdf5Attribute Parse(Hdf5Source source, ReadOnlyMemory<byte> message)
    {
        var cursor = new Hdf5Cursor(source, message.Span, "attribute");
        byte version = cursor.Version(1, 2, 3);
        byte flags = cursor.U8();
        int nameLength = cursor.U16();
        int typeLength = cursor.U16();
        int spaceLength = cursor.U16();
        if (version == 3)
            cursor.Skip(1);
        string name = Hdf5Cursor.TerminatedText(source, cursor.Take(nameLength), "the name of an attribute");
        if (version > 1 && (flags & 3) != 0)
            throw source.Unsupported($"attribute {name}, whose type is shared with other objects", "types that stand with their attribute");
        if (version == 1)
            cursor.AlignTo8();
        Hdf5Datatype type = Hdf5Datatype.Parse(source, cursor.Take(typeLength));
        if (version == 1)
            cursor.AlignTo8();
        Hdf5Dataspace space = Hdf5Dataspace.Parse(source, cursor.Take(spaceLength));
        if (version == 1)
            cursor.AlignTo8();
        UInt128 length = (UInt128)(ulong)space.Count * type.Size;
        if (length > (UInt128)(ulong)cursor.Remaining)
            throw source.Damaged($"attribute {name} of shape {space} in {cursor.Remaining} bytes", $"{length} bytes");
        return new Hdf5Attribute(name, type, space, message.Slice(cursor.Position, (int)length));
    }

    /// <summary>
    /// Decodes the elements as texts. An array without elements is an empty list, of any type: Keras writes an empty list as float64.
    /// </summary>
    public string[] ReadStrings(Hdf5Source source, Hdf5GlobalHeap heap)
    {
        if (Space.Count == 0)
            return [];
        if (!Type.IsString)
            throw source.Damaged($"attribute {Name} of type {Type.Description}", "text");
        string[] texts = new string[Space.Count];
        int size = (int)Type.Size;
        if (Type.IsVariableString && size != HeapReferenceLength)
            throw source.Damaged($"attribute {Name} with text references of {size} bytes", $"{HeapReferenceLength} bytes");
        for (int i = 0; i < texts.Length; i++)
        {
            ReadOnlySpan<byte> element = Data.Span.Slice(i * size, size);
            texts[i] = Type.IsVariableString ? ReadReferred(source, heap, element) : ReadFixed(source, element);
        }
        return texts;
    }

    private string ReadReferred(Hdf5Source source, Hdf5GlobalHeap heap, ReadOnlySpan<byte> reference)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(reference);
        ulong collection = BinaryPrimitives.ReadUInt64LittleEndian(reference[4..]);
        uint index = BinaryPrimitives.ReadUInt32LittleEndian(reference[12..]);
        if (length == 0)
            return "";
        ReadOnlyMemory<byte> text = heap.Read(collection, index);
        if (length > text.Length)
            throw source.Damaged($"attribute {Name} with a text of {length} bytes in a heap entry of {text.Length}",
                "a text inside its entry");
        source.Charge(length);
        return Hdf5Cursor.TerminatedText(source, text.Span[..(int)length], $"attribute {Name}");
    }

    private string ReadFixed(Hdf5Source source, ReadOnlySpan<byte> element)
    {
        const int SpacePadded = 2;
        return Type.PaddedBy == SpacePadded
            ? Hdf5Cursor.Text(source, element.TrimEnd((byte)' '), $"attribute {Name}")
            : Hdf5Cursor.TerminatedText(source, element, $"attribute {Name}");
    }
}

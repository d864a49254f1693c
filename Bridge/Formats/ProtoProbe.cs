using System.Text;
using TfLbfgs.Formats.TensorBundle;

namespace TfLbfgs.Formats;

/// <summary>
/// Recognizes messages of protobuf, which have no signature, by the numbers and types of their outer fields: the contents of these are
/// skipped, so that large files take no longer.
/// </summary>
internal static class ProtoProbe
{
    private const int MaxFields = 64;
    private const int MaxTag = 10;
    private const int HeadLength = 1024;

    /// <summary>Recognizes the content of a stream; null where it is no message that is known.</summary>
    public static FileKind? Recognize(Stream stream)
    {
        List<(int Field, bool IsBytes, byte[] Head)> fields = [];
        long position = 0;
        while (position < stream.Length && fields.Count < MaxFields)
        {
            ReadOnlySpan<byte> bytes = FileProbe.Read(stream, position, 2 * MaxTag);
            int available = bytes.Length;
            try
            {
                ulong tag = ProtoReader.Varint(ref bytes);
                if (tag >> 3 is 0 or > 10_000)
                    return null;
                long length = 0;
                switch (tag & 7)
                {
                    case 0:
                        _ = ProtoReader.Varint(ref bytes);
                        break;
                    case 1:
                        length = 8;
                        break;
                    case 2:
                        length = checked((long)ProtoReader.Varint(ref bytes));
                        break;
                    case 5:
                        length = 4;
                        break;
                    default:
                        return null;
                }

                position += available - bytes.Length;
                if (length < 0 || length > stream.Length - position)
                    return null;
                fields.Add(((int)(tag >> 3), (tag & 7) == 2, (tag & 7) == 2
                    ? FileProbe.Read(stream, position, (int)Math.Min(length, HeadLength)) : []));
                position += length;
            }
            catch (Exception e) when (e is InvalidDataException or OverflowException)
            {
                return null;
            }
        }

        return Of(fields, isWhole: position >= stream.Length);
    }

    private static FileKind? Of(List<(int Field, bool IsBytes, byte[] Head)> fields, bool isWhole)
    {
        bool Has(int field, bool isBytes) => fields.Exists(f => f.Field == field && f.IsBytes == isBytes);
        bool Only(params ReadOnlySpan<int> numbers)
        {
            foreach ((int field, _, _) in fields)
            {
                if (!numbers.Contains(field))
                    return false;
            }

            return true;
        }

        byte[] first = fields.Find(f => f.Field == 1 && f.IsBytes).Head ?? [];
        return Has(1, isBytes: false) && Has(7, isBytes: true) && Only(1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26) ? FileKind.Onnx
            : Has(1, isBytes: false) && Has(2, isBytes: true) && isWhole && Only(1, 2) ? FileKind.SavedModelGraph
            : Has(1, isBytes: false) && Has(2, isBytes: true) && fields.Exists(f => f.Field >= 200) ? FileKind.CoreMl
            : IsNode(first) && !Has(1, isBytes: false) && Only(1, 2, 3, 4) ? FileKind.FrozenGraph
            : Text(first, 4) is { } identifier && identifier.StartsWith("_tf_keras", StringComparison.Ordinal) && Only(1)
                ? FileKind.KerasMetadata
            : fields.Find(f => f.Field == 2 && f.IsBytes).Head is { } graph && First(graph, 1) is { } node && IsNode(node)
                ? FileKind.MetaGraph
            : null;
    }

    // A node has a name and an op.
    private static bool IsNode(byte[] node) =>
        Text(node, 1) is { Length: > 0 } && Text(node, 2) is { Length: > 0 } op
        && op.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '>');

    private static string? Text(byte[] message, int field) =>
        First(message, field) is { } bytes && bytes.All(b => b is >= 32 and < 127) ? Encoding.ASCII.GetString(bytes) : null;

    // The beginning of a message may end within a field.
    private static byte[]? First(byte[] message, int field)
    {
        try
        {
            ReadOnlySpan<byte> rest = message;
            while (!rest.IsEmpty)
            {
                ulong tag = ProtoReader.Varint(ref rest);
                ulong value = (tag & 7) is 0 or 2 ? ProtoReader.Varint(ref rest) : (tag & 7) == 1 ? 8UL : 4;
                if ((tag & 7) == 2 && (int)(tag >> 3) == field)
                    return rest[..(int)Math.Min(value, (ulong)rest.Length)].ToArray();
                if ((tag & 7) != 0)
                    rest = rest[(int)Math.Min(value, (ulong)rest.Length)..];
            }
        }
        catch (InvalidDataException)
        {
        }

        return null;
    }
}

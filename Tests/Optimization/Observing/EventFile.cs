using System.Buffers.Binary;
using System.Text;

namespace TfLbfgs.Tests.Optimization.Observing;

/// <summary>Enough of the TFRecord and protobuf formats to read scalars.</summary>
internal static class EventFile
{
    public static List<(string Tag, long Step, float Value)> Scalars(string path)
    {
        byte[] bytes;
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }

        List<(string, long, float)> scalars = [];
        // Each record: length (8 bytes), its checksum (4), content, its checksum (4).
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            ReadEvent(bytes.AsSpan(at + 12, length), scalars);
            at += 12 + length + 4;
        }

        return scalars;
    }

    private static void ReadEvent(ReadOnlySpan<byte> content, List<(string, long, float)> scalars)
    {
        long step = 0;
        while (!content.IsEmpty)
        {
            content = Next(content, out int field, out ulong number, out ReadOnlySpan<byte> bytes);
            if (field == 2)
                step = (long)number;
            if (field != 5)
                continue;
            ReadOnlySpan<byte> summary = bytes;
            while (!summary.IsEmpty)
            {
                summary = Next(summary, out int member, out _, out ReadOnlySpan<byte> value);
                if (member == 1)
                    scalars.Add(ReadValue(value, step));
            }
        }
    }

    private static (string, long, float) ReadValue(ReadOnlySpan<byte> value, long step)
    {
        (string tag, float scalar) = ("", float.NaN);
        while (!value.IsEmpty)
        {
            value = Next(value, out int field, out ulong number, out ReadOnlySpan<byte> bytes);
            if (field == 1)
                tag = Encoding.UTF8.GetString(bytes);
            if (field == 2)
                scalar = BitConverter.UInt32BitsToSingle((uint)number);
        }

        return (tag, step, scalar);
    }

    /// <summary>Reads one field and returns what follows it.</summary>
    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> content, out int field, out ulong number, out ReadOnlySpan<byte> bytes)
    {
        content = Varint(content, out ulong key);
        field = (int)(key >> 3);
        number = 0;
        bytes = default;
        switch (key & 7)
        {
            case 0:
                return Varint(content, out number);
            case 1:
                number = BinaryPrimitives.ReadUInt64LittleEndian(content);
                return content[8..];
            case 2:
                content = Varint(content, out ulong length);
                bytes = content[..(int)length];
                return content[(int)length..];
            case 5:
                number = BinaryPrimitives.ReadUInt32LittleEndian(content);
                return content[4..];
            default:
                throw new InvalidDataException($"wire type {key & 7}");
        }
    }

    private static ReadOnlySpan<byte> Varint(ReadOnlySpan<byte> content, out ulong number)
    {
        number = 0;
        for (int i = 0; ; i++)
        {
            number |= (ulong)(content[i] & 0x7f) << (7 * i);
            if (content[i] < 0x80)
                return content[(i + 1)..];
        }
    }
}

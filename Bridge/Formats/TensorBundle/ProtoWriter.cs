using System.Text;

namespace TfLbfgs.Formats.TensorBundle;

/// <summary>Writes the fields of a protobuf message, in any order; fields with their default value are left out by the caller.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001",
    Justification = "A stream in memory holds nothing that must be freed.")]
public sealed class ProtoWriter
{
    private readonly MemoryStream _stream = new();

    /// <summary>The message so far.</summary>
    /// <returns>Its bytes.</returns>
    public byte[] ToArray() => _stream.ToArray();

    /// <summary>Adds a number as a varint.</summary>
    /// <param name="field">The number of the field.</param>
    /// <param name="value">The value.</param>
    public void Number(int field, ulong value)
    {
        Varint(_stream, (ulong)field << 3);
        Varint(_stream, value);
    }

    /// <summary>Adds a number of 32 bits of fixed length.</summary>
    /// <param name="field">The number of the field.</param>
    /// <param name="value">The value.</param>
    public void Fixed32(int field, uint value)
    {
        Varint(_stream, ((ulong)field << 3) | 5);
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _stream.Write(bytes);
    }

    /// <summary>Adds a message within this one, or bytes.</summary>
    /// <param name="field">The number of the field.</param>
    /// <param name="value">The bytes.</param>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(_stream, ((ulong)field << 3) | 2);
        Varint(_stream, (ulong)value.Length);
        _stream.Write(value);
    }

    /// <summary>Adds a text.</summary>
    /// <param name="field">The number of the field.</param>
    /// <param name="value">The text.</param>
    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Appends a varint to a stream.</summary>
    internal static void Varint(Stream stream, ulong value)
    {
        while (value >= 0x80)
        {
            stream.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        stream.WriteByte((byte)value);
    }
}

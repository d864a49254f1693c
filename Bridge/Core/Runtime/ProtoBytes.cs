using System.Text;

namespace TfLbfgs.Runtime;

/// <summary>
/// Writes the fields of the few small protobuf messages that starting TensorFlow needs; they do not justify a protobuf runtime in this
/// assembly.
/// </summary>
internal sealed class ProtoBytes
{
    private readonly List<byte> _bytes = [];

    /// <summary>The message.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>A number, also 0.</summary>
    public ProtoBytes Number(int field, int value)
    {
        Varint((uint)field << 3);
        Varint((uint)value);
        return this;
    }

    /// <summary>A text.</summary>
    public ProtoBytes Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message within this one.</summary>
    public ProtoBytes Message(int field, ProtoBytes value) => Bytes(field, value._bytes.ToArray());

    /// <summary>Bytes, or a serialized message.</summary>
    public ProtoBytes Bytes(int field, byte[] value)
    {
        Varint(((uint)field << 3) | 2);
        Varint((uint)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    private void Varint(uint value)
    {
        while (value >= 0x80)
        {
            _bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        _bytes.Add((byte)value);
    }
}

using System.Buffers;
using System.Buffers.Binary;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>Collects little-endian fields of a structure to be written.</summary>
internal sealed class Hdf5Buffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Length => _bytes.WrittenCount;

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    public void Zeros(int count)
    {
        _bytes.GetSpan(Math.Max(count, 1))[..count].Clear();
        _bytes.Advance(count);
    }

    public void U16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        _bytes.Write(bytes);
    }

    public void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    public void U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    /// <summary>A message of an object header of version 2.</summary>
    public void Message(Hdf5MessageKind kind, Hdf5Buffer content, byte flags = 0)
    {
        Bytes([(byte)kind]);
        U16(content.Length);
        Bytes([flags]);
        Bytes(content.ToArray());
    }

    /// <summary>The hash of everything before it.</summary>
    public void Checksum() => U32(Hdf5Checksum.Lookup3(_bytes.WrittenSpan));
}

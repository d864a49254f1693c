using System.Buffers.Binary;

namespace TfLbfgs.Formats.TensorBundle;

/// <summary>
/// Reads the fields of a protobuf message one after the other. Unknown fields are skipped; what does not fit the message ends it with an
/// exception.
/// </summary>
/// <param name="message">The message.</param>
public ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was read.</summary>
    public int Field { get; private set; }

    /// <summary>The value of a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of a text, of bytes or of a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Reads the next field.</summary>
    /// <returns>True for a field, false at the end.</returns>
    /// <exception cref="InvalidDataException">The message is damaged.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        ulong tag = Varint(ref _rest);
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Number = 0;
        Bytes = [];
        switch (tag & 7)
        {
            case 0:
                Number = Varint(ref _rest);
                return true;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                return true;
            case 2:
                ulong length = Varint(ref _rest);
                Bytes = length <= (ulong)_rest.Length
                    ? Take((int)length) : throw new InvalidDataException("a field that ends outside its message");
                return true;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                return true;
            default:
                throw new InvalidDataException($"a field of the unknown wire type {tag & 7}");
        }
    }

    /// <summary>Reads a number of variable length.</summary>
    internal static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (bytes.IsEmpty)
                throw new InvalidDataException("a number that ends early");
            byte b = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(b & 127) << shift;
            if (b < 128)
                return value;
        }

        throw new InvalidDataException("a number of more than 64 bits");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new InvalidDataException("a field that ends outside its message");
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

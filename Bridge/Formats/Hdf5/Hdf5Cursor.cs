using System.Buffers.Binary;
using System.Text;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// Reads little-endian fields one after the other from a piece of structure and fails with the object's name where it ends early.
/// </summary>
internal ref struct Hdf5Cursor
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly Hdf5Source _source;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _what;

    /// <param name="source">Builds the exceptions.</param>
    /// <param name="bytes">The piece.</param>
    /// <param name="what">Its name in messages, such as "object header".</param>
    public Hdf5Cursor(Hdf5Source source, ReadOnlySpan<byte> bytes, string what)
    {
        _source = source;
        _bytes = bytes;
        _what = what;
    }

    public int Position { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    public byte U8() => Take(1)[0];

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>An unsigned number of 1 to 8 bytes.</summary>
    public ulong Unsigned(int size)
    {
        ulong value = 0;
        ReadOnlySpan<byte> bytes = Take(size);
        for (int i = 0; i < bytes.Length; i++)
            value |= (ulong)bytes[i] << (8 * i);
        return value;
    }

    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)Remaining)
            throw _source.Damaged($"{_what} ends after {_bytes.Length} bytes", $"{count} bytes at offset {Position} of it");
        ReadOnlySpan<byte> taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public ReadOnlySpan<byte> Take(int count) => Take((ulong)count);

    public void Skip(int count) => Take((ulong)count);

    /// <summary>Skips to the next multiple of 8 from the piece's begin; the end of the piece counts as one.</summary>
    public void AlignTo8() => Position = Math.Min(_bytes.Length, (Position + 7) / 8 * 8);

    public void Signature(ReadOnlySpan<byte> signature)
    {
        if (!Take(signature.Length).SequenceEqual(signature))
            throw _source.Damaged($"no {_what} where one is referred to", $"the signature \"{Encoding.ASCII.GetString(signature)}\"");
    }

    /// <summary>Reads a version number and fails unless it is one of those.</summary>
    public byte Version(params ReadOnlySpan<byte> known)
    {
        byte version = U8();
        if (!known.Contains(version))
            throw _source.Unsupported($"{_what} of version {version}", $"version {string.Join(" or ", known.ToArray())}");
        return version;
    }

    /// <summary>Decodes text; bytes that are not UTF-8 are an error, not a replacement character.</summary>
    public static string Text(Hdf5Source source, ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw source.Damaged($"{what} is not valid UTF-8", "ASCII or UTF-8 text", e);
        }
    }

    /// <summary>Decodes text up to the first zero byte, if there is one.</summary>
    public static string TerminatedText(Hdf5Source source, ReadOnlySpan<byte> bytes, string what)
    {
        int end = bytes.IndexOf((byte)0);
        return Text(source, end < 0 ? bytes : bytes[..end], what);
    }
}

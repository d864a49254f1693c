using System.Buffers.Binary;
using System.Numerics;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// The two checksums of HDF5. Structures of the newer format end in Bob Jenkins' lookup3 hash (burtleburtle.net/bob/c/lookup3.c, public
/// domain); chunks may end in Fletcher's.
/// </summary>
internal static class Hdf5Checksum
{
    /// <summary>Fails unless the last four bytes of a structure are the hash of those before.</summary>
    public static void Verify(Hdf5Source source, ReadOnlySpan<byte> structure, string what)
    {
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(structure[^4..]);
        uint actual = Lookup3(structure[..^4]);
        if (stored != actual)
            throw source.Damaged($"checksum {actual:x8} of the {what}", $"{stored:x8}, which the file states");
    }

    /// <summary>The hash <c>hashlittle</c> with initial value 0.</summary>
    public static uint Lookup3(ReadOnlySpan<byte> bytes)
    {
        uint a = 0xdeadbeef + (uint)bytes.Length;
        uint b = a;
        uint c = a;
        while (bytes.Length > 12)
        {
            a += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            b += BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            c += BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            a = (a - c) ^ BitOperations.RotateLeft(c, 4);
            c += b;
            b = (b - a) ^ BitOperations.RotateLeft(a, 6);
            a += c;
            c = (c - b) ^ BitOperations.RotateLeft(b, 8);
            b += a;
            a = (a - c) ^ BitOperations.RotateLeft(c, 16);
            c += b;
            b = (b - a) ^ BitOperations.RotateLeft(a, 19);
            a += c;
            c = (c - b) ^ BitOperations.RotateLeft(b, 4);
            b += a;
            bytes = bytes[12..];
        }
        if (bytes.IsEmpty)
            return c;

        Span<byte> tail = stackalloc byte[12];
        tail.Clear();
        bytes.CopyTo(tail);
        a += BinaryPrimitives.ReadUInt32LittleEndian(tail);
        b += BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        c += BinaryPrimitives.ReadUInt32LittleEndian(tail[8..]);
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        return (c ^ b) - BitOperations.RotateLeft(b, 24);
    }

    /// <summary>Fletcher's checksum over big-endian 16-bit words, sums modulo 65535 that are folded and so never become 0 again.</summary>
    public static uint Fletcher32(ReadOnlySpan<byte> bytes)
    {
        uint low = 0;
        uint high = 0;
        int i = 0;
        while (i + 1 < bytes.Length)
        {
            // 360 words are the most that cannot overflow 32 bits.
            int end = Math.Min(i + 720, bytes.Length - 1);
            for (; i < end; i += 2)
            {
                low += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
                high += low;
            }
            low = Fold(low);
            high = Fold(high);
        }
        if (i < bytes.Length)
        {
            low = Fold(low + ((uint)bytes[i] << 8));
            high = Fold(high + low);
        }
        return (Fold(high) << 16) | Fold(low);
    }

    private static uint Fold(uint sum) => (sum & 0xffff) + (sum >> 16);
}

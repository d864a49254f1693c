using System.Buffers.Binary;
using System.Numerics;

namespace TfLbfgs.Formats.TensorBundle;

/// <summary>The checksum of TensorFlow's files: CRC-32C, stored masked so that a checksum of data that hold one is not weak.</summary>
internal static class Crc32C
{
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>The masked checksum of bytes.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes) => Mask(Append(0, bytes));

    /// <summary>The masked form of a checksum.</summary>
    public static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;

    /// <summary>The checksum of further bytes.</summary>
    /// <param name="crc">The checksum so far; 0 at the start.</param>
    /// <param name="bytes">The bytes.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}

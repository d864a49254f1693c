using System.Buffers.Binary;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>Encodes element types as datatype messages of version 1, little-endian.</summary>
internal static class Hdf5TypeWriter
{
    /// <summary>UTF-8 text of variable length: length, address of the heap collection, index in it.</summary>
    public static byte[] VariableText { get; } = [0x19, 0x01, 0x01, 0x00, 16, 0, 0, 0, .. Integer(1, signed: false)];

    /// <summary>The message of an element type; null where HDF5 files of Keras have none.</summary>
    public static byte[]? Encode(DType dtype) => dtype switch
    {
        DType.Float16 => Float(2, exponentAt: 10, exponentBits: 5, bias: 15),
        DType.Float32 => Float(4, exponentAt: 23, exponentBits: 8, bias: 127),
        DType.Float64 => Float(8, exponentAt: 52, exponentBits: 11, bias: 1023),
        DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64 => Integer(dtype.Size, signed: true),
        DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64 => Integer(dtype.Size, signed: false),
        // As h5py writes booleans: an enumeration over int8.
        DType.Bool => [0x18, 2, 0, 0, 1, 0, 0, 0, .. Integer(1, signed: true), .. "FALSE\0\0\0"u8, .. "TRUE\0\0\0\0"u8, 0, 1],
        // As Keras 3 writes bfloat16: opaque.
        DType.BFloat16 => [0x15, 0, 0, 0, 2, 0, 0, 0],
        _ => null,
    };

    private static byte[] Integer(int size, bool signed)
    {
        byte[] message = [0x10, (byte)(signed ? 8 : 0), 0, 0, (byte)size, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(10), (ushort)(8 * size));
        return message;
    }

    private static byte[] Float(int size, int exponentAt, int exponentBits, uint bias)
    {
        // The mantissa has an implied first bit (0x20), the sign is the last bit.
        byte[] message =
            [0x11, 0x20, (byte)((8 * size) - 1), 0, (byte)size, 0, 0, 0, 0, 0, 0, 0, (byte)exponentAt, (byte)exponentBits, 0,
            (byte)exponentAt, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(10), (ushort)(8 * size));
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(16), bias);
        return message;
    }
}

using System.Buffers.Binary;
using System.Text;
using TfLbfgs.Formats.TensorBundle;
using Xunit;

namespace TfLbfgs.Tests.Saving;

public class SnappyTests
{
    public static TheoryData<byte[], string> Blocks => new()
    {
        { [0], "" },
        { [3, 2 << 2, .. "abc"u8], "abc" },
        // A copy that repeats itself, with offsets of 1, 2 and 4 bytes.
        { [10, 2 << 2, .. "abc"u8, (3 << 2) | 1, 3], "abcabcabca" },
        { [9, 2 << 2, .. "abc"u8, (5 << 2) | 2, 3, 0], "abcabcabc" },
        { [9, 2 << 2, .. "abc"u8, (5 << 2) | 3, 3, 0, 0, 0], "abcabcabc" },
        // A literal whose length is in a byte of its own.
        { [70, 60 << 2, 69, .. Encoding.ASCII.GetBytes(new string('x', 70))], new string('x', 70) },
    };

    public static TheoryData<byte[]> Damaged =>
    [
        (byte[])[4, 2 << 2, .. "abc"u8],
        (byte[])[2, 2 << 2, .. "abc"u8],
        (byte[])[7, 2 << 2, .. "abc"u8, (3 << 2) | 2, 4, 0],
        (byte[])[7, 2 << 2, .. "abc"u8, (3 << 2) | 2, 0, 0],
        (byte[])[7, 2 << 2, .. "abc"u8, (3 << 2) | 2, 3],
        (byte[])[5, 60 << 2],
        (byte[])[0xff, 0xff, 0xff, 0x7f, 0],
        Array.Empty<byte>(),
    ];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Decompress_EachKindOfPart_GivesTheContent(byte[] block, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(Snappy.Decompress(block)));

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Decompress_Damaged_IsRefused(byte[] block) => Assert.Throws<InvalidDataException>(() => Snappy.Decompress(block));

    [Fact]
    public void Decompress_ChangedAtRandom_GivesOrRefuses()
    {
        byte[] block = [70, 2 << 2, .. "abc"u8, (3 << 2) | 1, 3, 59 << 2, .. new byte[60]];
        Random random = new(3);
        for (int round = 0; round < 2000; round++)
        {
            byte[] changed = (byte[])block.Clone();
            changed[random.Next(8)] = (byte)random.Next(256);
            try
            {
                Assert.True(Snappy.Decompress(changed).Length <= 22 * changed.Length);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void Read_CompressedIndex_HasTheEntries()
    {
        // An entry: shared and added bytes of the key, bytes of the value; then one restart.
        byte[] data = [0, 1, 2, (byte)'k', 7, 8, 0, 0, 0, 0, 1, 0, 0, 0];
        using MemoryStream file = new();
        byte[] dataHandle = Write(file, data);
        byte[] index = [0, 1, (byte)dataHandle.Length, (byte)'k', .. dataHandle, 0, 0, 0, 0, 1, 0, 0, 0];
        byte[] meta = Write(file, [0, 0, 0, 0, 1, 0, 0, 0]), indexHandle = Write(file, index);
        byte[] footer = new byte[48];
        ((byte[])[.. meta, .. indexHandle]).CopyTo(footer, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(footer.AsSpan(40), TableReader.Magic);
        file.Write(footer);
        (string key, byte[] value) = Assert.Single(TableReader.Read(file.ToArray()));
        Assert.Equal("k", key);
        Assert.Equal([7, 8], value);
    }

    // As one literal.
    private static byte[] Write(MemoryStream file, byte[] content)
    {
        byte at = (byte)file.Length;
        byte[] block = [(byte)content.Length, (byte)((content.Length - 1) << 2), .. content];
        byte[] trailer = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32C.Masked([.. block, 1]));
        file.Write([.. block, 1, .. trailer]);
        return [at, (byte)block.Length];
    }
}

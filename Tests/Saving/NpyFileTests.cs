using System.IO.Compression;
using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Saving;

public class NpyFileTests
{
    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Bool)]
    [InlineData(DType.Complex128)]
    public void Write_EachType_ReadsBackTheSame(DType dtype)
    {
        using ScratchFolder folder = new();
        foreach (long[] shape in (long[][])[[], [5], [2, 3, 4], [0, 3]])
        {
            byte[] bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.Size];
            new Random(3).NextBytes(bytes);
            if (dtype == DType.Bool)
                bytes = [.. bytes.Select(b => (byte)(b & 1))];
            NpyFile.Write(folder.File("a.npy"), StoredArray.FromBytes(dtype, shape, bytes));
            StoredArray again = NpyFile.Read(folder.File("a.npy"));
            Assert.Equal((dtype, StoredArray.Describe(shape)), (again.DType, again.ShapeText));
            Assert.Equal(bytes, again.ToBytes());
        }
    }

    [Fact]
    public void Write_Vector_IsByteForByteWhatNumPyWrites()
    {
        using ScratchFolder folder = new();
        NpyFile.Write(folder.File("a.npy"), StoredArray.FromBytes(DType.Float64, [2], new byte[16]));
        byte[] expected =
            [0x93, .. "NUMPY"u8, 1, 0, 118, 0,
            .. Encoding.ASCII.GetBytes("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }".PadRight(117) + "\n"), .. new byte[16]];
        Assert.Equal(expected, File.ReadAllBytes(folder.File("a.npy")));
    }

    [Fact]
    public void Read_ColumnMajorAndBigEndian_IsRowMajorAndLittleEndian()
    {
        // numpy.asfortranarray([[1, 2, 3], [4, 5, 6]], '>i2')
        StoredArray array = Read("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", [0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6]);
        Assert.Equal([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0], array.ToBytes());
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "pickle")]
    [InlineData("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", "structured")]
    [InlineData("{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }", "U3")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", "24 bytes")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807), }", "bytes of data")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os').system('x'),), }", "without descr")]
    [InlineData("{'fortran_order': False}", "without descr")]
    public void Read_WhatIsNoArrayOfNumbers_IsRefused(string header, string said)
    {
        FileFormatException e = Assert.Throws<FileFormatException>(() => Read(header, new byte[8]));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Archive_HasTheArraysInOrder()
    {
        using ScratchFolder folder = new();
        StoredArray a = StoredArray.FromBytes(DType.Int8, [2], new byte[] { 1, 2 }),
            b = StoredArray.FromBytes(DType.Int8, [], new byte[] { 3 });
        NpzFile.Write(folder.File("a.npz"), [("z", a), ("arr_1", b)]);
        using NpzFile archive = NpzFile.Open(folder.File("a.npz"));
        Assert.Equal(["z", "arr_1"], archive.Arrays.Select(array => array.Name));
        Assert.Equal([1, 2], archive.Arrays[0].Array.ToBytes());
        Assert.Throws<TfLbfgsException>(() => NpzFile.Write(folder.File("b.npz"), [("a", a), ("a", b)]));
        byte[] damaged = ZipReaderTests.Archive(CompressionLevel.Optimal, ("x.npy", [1, 2, 3]));
        File.WriteAllBytes(folder.File("c.npz"), damaged);
        Assert.Contains("x.npy", Assert.Throws<FileFormatException>(() => NpzFile.Open(folder.File("c.npz"))).Message,
            StringComparison.Ordinal);
    }

    private static StoredArray Read(string header, byte[] data)
    {
        using ScratchFolder folder = new();
        string text = header + "\n";
        File.WriteAllBytes(folder.File("a.npy"),
            [0x93, .. "NUMPY"u8, 1, 0, (byte)(text.Length & 255), (byte)(text.Length >> 8), .. Encoding.ASCII.GetBytes(text), .. data]);
        return NpyFile.Read(folder.File("a.npy"));
    }
}

using System.IO.Compression;
using System.Text;
using TfLbfgs.Cli.Data;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Cli.Commands;
using TfLbfgs.Tests.Saving;
using Xunit;

namespace TfLbfgs.Tests.Cli.Data;

public sealed class NpzTableTests : CommandTestBase
{
    [Fact]
    public void Read_ArraysOfOneAndTwoAxes_AreColumnsByName()
    {
        string path = Write(("x", Array<float>(DType.Float32, [2, 2], [1, 2, 3, 4])), ("y", Array<long>(DType.Int64, [2], [5, 6])));
        using DataTable table = DataTable.Open(path);
        Assert.Equal(["x[0]", "x[1]", "y"], table.Columns);
        Assert.Equal([2, 0, 1], table.IndexesOf(["y", "x"], "input"));
        Assert.Equal([1], table.IndexesOf(["x[1]"], "input"));
        Assert.Equal([5, 1], table.ReadRows([2, 0], 1).Values);
        Assert.Equal([6, 3], table.ReadRows([2, 0], 9).Values);
        Assert.Equal(0, table.ReadRows([2, 0], 9).Rows);
    }

    [Fact]
    public void Open_ArraysThatAreNoTable_Refused()
    {
        Refused("the same number of rows", ("x", Array<double>(DType.Float64, [2], [1, 2])), ("y", Array<double>(DType.Float64, [1], [1])));
        Refused("one axis, or two", ("x", Array<double>(DType.Float64, [1, 1, 1], [1])));
        using DataTable table = DataTable.Open(Write(("x", Array<double>(DType.Float64, [2], [1, double.NaN]))));
        Assert.Contains("row 2, column 'x'", Assert.Throws<TfLbfgsException>(() => table.Read([0])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression, false)]
    [InlineData(CompressionLevel.NoCompression, true)]
    [InlineData(CompressionLevel.Fastest, false)]
    [InlineData(CompressionLevel.Fastest, true)]
    public void ReadRows_StoredOrCompressedByRowsOrByColumns_TheSameNumbers(CompressionLevel level, bool isByColumns)
    {
        // A column of more than one piece, and a matrix.
        const int rows = 150_000;
        double[] y = [.. Enumerable.Range(0, rows).Select(i => i * 0.5)];
        float[] x = [.. Enumerable.Range(0, rows * 3).Select(i => isByColumns ? ((i % rows) * 10) + (i / rows) : ((i / 3) * 10) + (i % 3))];
        File.WriteAllBytes(Folder.At("d.npz"), ZipReaderTests.Archive(
            level, ("x.npy", Npy($"{{'descr': '<f4', 'fortran_order': {(isByColumns ? "True" : "False")}, 'shape': ({rows}, 3), }}", x)),
            ("y.npy", Npy($"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows},), }}", y))));
        using DataTable table = DataTable.Open(Folder.At("d.npz"));
        int next = 0;
        for (Matrix block = table.ReadRows([3, 2, 0], 40_000); block.Rows > 0; block = table.ReadRows([3, 2, 0], 40_000))
        {
            for (int row = 0; row < block.Rows; row += 997)
                Assert.Equal([(next + row) * 0.5, ((next + row) * 10) + 2, (next + row) * 10], block.Values[(row * 3)..((row * 3) + 3)]);
            next += block.Rows;
        }

        Assert.Equal(rows, next);
    }

    [Fact]
    public void Open_NamesThatStandTwice_Refused()
    {
        Refused("'x[0]' twice", ("x", Array<double>(DType.Float64, [1, 2], [1, 2])), ("x[0]", Array<double>(DType.Float64, [1], [1])));
        byte[] one = Npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", 1.0);
        File.WriteAllBytes(Folder.At("e.npz"), ZipReaderTests.Archive(CompressionLevel.NoCompression, ("a.npy", one), ("a.npy", one)));
        Assert.Contains(
            "'a' twice", Assert.Throws<TfLbfgsException>(() => DataTable.Open(Folder.At("e.npz"))).Message, StringComparison.Ordinal);
    }

    private static byte[] Npy<T>(string header, params T[] values) where T : unmanaged
    {
        string text = header + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)(text.Length & 255), (byte)(text.Length >> 8), .. Encoding.ASCII.GetBytes(text),
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())];
    }

    private void Refused(string expected, params (string Name, StoredArray Array)[] arrays) =>
        Assert.Contains(expected, Assert.Throws<TfLbfgsException>(() => DataTable.Open(Write(arrays))).Message, StringComparison.Ordinal);

    private string Write(params (string Name, StoredArray Array)[] arrays)
    {
        NpzFile.Write(Folder.At("d.npz"), arrays);
        return Folder.At("d.npz");
    }

    private static StoredArray Array<T>(DType dtype, long[] shape, T[] values)
        where T : unmanaged =>
            StoredArray.FromBytes(dtype, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}

using TfLbfgs.Cli.Data;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Cli.Commands;
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

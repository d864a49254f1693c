using TfLbfgs.Cli.Data;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Cli.Data;

public sealed class CsvTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n")]
    [InlineData("a,b\r\n1,2\r\n3,4")]
    [InlineData(" a , b \n 1 , 2\n3,4\n\n\n")]
    [InlineData("\uFEFFa;b\n1;2\n3;4\n")]
    [InlineData("\"a\",\"b\"\n\"1\",2e0\n3,+4.0\n")]
    [InlineData("a\tb\n1\t2\n\n3\t4\n")]
    public void Read_Forms_GivesTheSameNumbers(string content)
    {
        using DataTable table = DataTable.Open(Write(content));
        Assert.Equal(["a", "b"], table.Columns);
        Matrix numbers = table.Read([1, 0]);
        Assert.Equal([2, 1, 4, 3], numbers.Values);
        Assert.Equal(2, numbers.Rows);
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("a,b\n", "received none")]
    [InlineData("a,b\n1,\n", "line 2, column 'b': expected a number, received an empty cell")]
    [InlineData("a,b\n1,2\n3,x y\n", "line 3, column 'b': expected a number, received 'x y'")]
    [InlineData("a,b\n1,NaN\n", "line 2, column 'b': expected a number, received 'NaN', which is not finite")]
    [InlineData("a,b\n-Infinity,1\n", "line 2, column 'a': expected a number, received '-Infinity', which is not finite")]
    [InlineData("a,b\n1e999,1\n", "line 2, column 'a': expected a number, received '1e999', which is not finite")]
    [InlineData("a;b\n1,5;2\n", "received '1,5'")]
    [InlineData("a,b\n1,2\n1,2,3\n", "line 3: expected 2 cells as in the header, received 3")]
    [InlineData("a,b\n1\n", "line 2: expected 2 cells as in the header, received 1")]
    [InlineData("a\n1\n\n2\n", "line 3, column 'a': expected a number, received an empty cell")]
    [InlineData("a,b,a\n1,2,3\n", "'a' 2 times")]
    [InlineData("a,,b\n1,2,3\n", "received none for column 2 of 3")]
    [InlineData("1.5,2,3\n1,2,3\n", "expected a header row")]
    public void Read_WrongContent_SaysWhereAndWhat(string content, string expected)
    {
        string path = Write(content);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() =>
        {
            using DataTable table = DataTable.Open(path);
            table.Read([.. Enumerable.Range(0, table.Columns.Count)]);
        });
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1,2\n#3,4\n", "line 3, column 'a': expected a number, received '#3'")]
    [InlineData("# made today\na,b\n1,2\n", "received 2")]
    [InlineData("\"a\nlong\",b\n1,2\n3,x\n", "line 4, column 'b'")]
    [InlineData("a,b\n1,\"2\n", "expected a quote that ends the cell")]
    [InlineData("a,b\n1,\"2\"x\n", "after the quote")]
    [InlineData("a,b\n1,Paris\n", "Text and categories")]
    public void Read_RowsThatLookLikeComments_AreRows(string content, string expected)
    {
        using DataTable table = OpenTable(Write(content));
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => table.Read([.. Enumerable.Range(0, table.Columns.Count)]));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BlankLinesBeforeTheHeader_AreSkipped()
    {
        using DataTable table = OpenTable(Write("\n\r\n a,b\n\n1,2\n"));
        Assert.Equal(["a", "b"], table.Columns);
        Assert.Equal([1, 2], table.Read([0, 1]).Values);
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8_Refused()
    {
        File.WriteAllBytes(_folder.At("latin.csv"), [(byte)'\xF6', (byte)',', (byte)'b', (byte)'\n']);
        Assert.Contains("UTF-8", Assert.Throws<TfLbfgsException>(() => OpenTable(_folder.At("latin.csv"))).Message,
            StringComparison.Ordinal);
        File.WriteAllText(_folder.At("utf16.csv"), "größe,b\n1,2\n", System.Text.Encoding.Unicode);
        using DataTable table = OpenTable(_folder.At("utf16.csv"));
        Assert.Equal(["größe", "b"], table.Columns);
    }

    [Fact]
    public void Read_QuotedCellsAcrossBuffers_Unquoted()
    {
        string name = string.Concat(Enumerable.Repeat("say \"\"hi\"\", ", 20_000));
        using DataTable table = OpenTable(Write($"\"{name}\",b\r\n1,2\r\n"));
        Assert.Equal(name.Replace("\"\"", "\"", StringComparison.Ordinal).Trim(), table.Columns[0]);
        Assert.Equal([1, 2], table.Read([0, 1]).Values);
    }

    [Fact]
    public void ReadRows_Blocks_AreTheRowsInOrder()
    {
        using DataTable table = OpenTable(Write("a,b\n1,2\n3,4\n5,6\n"));
        Assert.Equal([2, 4], table.ReadRows([1], 2).Values);
        Assert.Equal([6], table.ReadRows([1], 2).Values);
        Assert.Equal(0, table.ReadRows([1], 2).Rows);
    }

    [Fact]
    public void Read_ColumnsNotAskedFor_AreNotParsed() =>
        Assert.Equal([1, 2], OpenTable(Write("id,x\nalpha,1\nbeta,2\n")).Read([1]).Values);

    [Fact]
    public void Read_OtherLanguage_ReadsPoints()
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new("") { NumberFormat = { NumberDecimalSeparator = "," } };
            Assert.Equal([1.5], OpenTable(Write("x\n1.5\n")).Read([0]).Values);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void IndexesOf_MissingColumn_ListsTheColumns()
    {
        using DataTable table = DataTable.Open(Write("a,b\n1,2\n"));
        Assert.Equal([1], table.IndexesOf(["b"], "target"));
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => table.IndexesOf(["c"], "target"));
        Assert.Contains("expected the target column 'c', received the columns 'a', 'b'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoFileOrFolder_Says()
    {
        Assert.Contains("no such file", Assert.Throws<TfLbfgsException>(() => OpenTable(_folder.At("none.csv"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("received a folder", Assert.Throws<TfLbfgsException>(() => OpenTable(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyRows_AllThere()
    {
        string path = Write("a,b\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{i}.25\n")));
        Matrix numbers = OpenTable(path).Read([0, 1]);
        Assert.Equal(20_000, numbers.Rows);
        Assert.All(Enumerable.Range(0, numbers.Rows), i => Assert.Equal(i + 0.25, numbers[i, 1]));
    }

    private static DataTable OpenTable(string path) => DataTable.Open(path);

    private string Write(string content)
    {
        string path = _folder.At("data.csv");
        File.WriteAllText(path, content);
        return path;
    }
}

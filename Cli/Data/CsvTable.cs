using System.Globalization;
using TfLbfgs.Cli.Output;
using TfLbfgs.Formats.Csv;

namespace TfLbfgs.Cli.Data;

/// <summary>
/// A CSV file of numbers with a header row. The delimiter is recognized from the header; numbers are read independent of the system's
/// language. Only the columns that are asked for are parsed; the first cell that is no finite number ends the reading with its line and
/// column.
/// </summary>
internal sealed class CsvTable : DataTable
{
    private const int MaxShown = 40;

    private readonly CsvReader _reader;
    private readonly string[] _columns;

    private CsvTable(string path, CsvReader reader, string[] columns) : base(path)
    {
        _reader = reader;
        _columns = columns;
    }

    /// <summary>The names of the header row, without surrounding blanks.</summary>
    public override IReadOnlyList<string> Columns => _columns;

    /// <summary>Reads the header row of a stream, which the table then owns.</summary>
    /// <exception cref="TfLbfgsException">The text is empty, or has a column without a name or two of one name.</exception>
    public static CsvTable Open(string path, Stream stream)
    {
        CsvReader reader = new(stream, path);
        try
        {
            return new CsvTable(path, reader, ReadHeader(path, reader));
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public override Matrix ReadRows(IReadOnlyList<int> indexes, int most)
    {
        List<double> values = [];
        int rows = 0;
        while (rows < most && _reader.Read())
        {
            int cells = _reader.FieldCount;
            if (Columns.Count > 1 && _reader.IsBlank)
                continue;
            if (cells != Columns.Count)
                throw new TfLbfgsException(
                    $"{Path}, line {_reader.Line}: expected {Columns.Count} cells as in the header, received {cells}.");
            foreach (int index in indexes)
                values.Add(Parse(index));
            rows++;
        }

        return new Matrix([.. values], indexes.Count);
    }

    protected override void Dispose(bool disposing) => _reader.Dispose();

    private static string[] ReadHeader(string path, CsvReader reader)
    {
        bool hasRow = reader.Read();
        while (hasRow && reader.IsBlank)
            hasRow = reader.Read();
        if (!hasRow)
            throw new TfLbfgsException($"{path}: expected a header row and rows of numbers, received an empty file.");
        string where = $"{path}, line {reader.Line}";
        string[] columns = new string[reader.FieldCount];
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = reader.Field(i).Trim().ToString();
            if (columns[i].Length == 0)
                throw new TfLbfgsException(
                    $"{where}: expected a name for each column, received none for column {i + 1} of {columns.Length}.");
        }

        if (Array.Find(columns, name => !seen.Add(name)) is { } twice)
            throw new TfLbfgsException($"{where}: expected columns of different names, received {TerminalText.Quote([twice])} "
                + $"{columns.Count(name => name == twice)} times.");
        if (columns.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) && !IsNumbering(columns))
            throw new TfLbfgsException($"{where}: expected a header row with the names of the columns, received numbers.");
        return columns;
    }

    /// <summary>Whether the names are 0, 1, 2, ..., as pandas writes them for columns without names.</summary>
    private static bool IsNumbering(string[] columns) =>
        columns.Select((name, i) => name == i.ToString(CultureInfo.InvariantCulture)).All(same => same);

    private double Parse(int index)
    {
        ReadOnlySpan<char> text = _reader.Field(index).Trim();
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        if (isNumber && double.IsFinite(value))
            return value;
        string shown = TerminalText.Shorten(text.ToString().ReplaceLineEndings(" "), MaxShown);
        string received = text.Length == 0 ? "an empty cell" : isNumber ? $"'{shown}', which is not finite" : $"'{shown}'";
        string advice = text.Length == 0 || isNumber ? "Remove the row, or fill it in"
            : HasDecimalComma(text) ? "Write numbers with a decimal point"
            : "Text and categories are not encoded here: replace them by numbers, such as a column of 0 and 1 for each category";
        throw new TfLbfgsException(
            $"{Path}, line {_reader.Line}, column {TerminalText.Quote([Columns[index]])}: expected a number, received {received}. "
            + $"{advice}, or leave the column out by --ignore.");
    }

    private static bool HasDecimalComma(ReadOnlySpan<char> text) =>
        text.Count(',') == 1 && double.TryParse(text.ToString().Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}

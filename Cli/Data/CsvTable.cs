using System.Globalization;
using Sylvan.Data.Csv;

namespace TfLbfgs.Cli.Data;

/// <summary>
/// A CSV file of numbers with a header row. The delimiter is recognized from the header; numbers are read independent of the system's language. Only the columns that are asked for are
/// parsed; the first cell that is no finite number ends the reading with its line and column.
/// </summary>
internal sealed class CsvTable
{
    private readonly string[] _columns;

    private CsvTable(string path, string[] columns)
    {
        Path = path;
        _columns = columns;
    }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>The names of the header row, without surrounding blanks.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Reads the header row.</summary>
    /// <exception cref="TfLbfgsException">The file cannot be read, is empty, or has a column without a name or two of one name.</exception>
    public static CsvTable Open(string path)
    {
        using CsvDataReader reader = Start(path);
        if (!Next(reader, path))
            throw new TfLbfgsException($"{path}: expected a header row and rows of numbers, received an empty file.");
        string[] columns = new string[reader.RowFieldCount];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = reader.GetString(i).Trim();
            if (columns[i].Length == 0)
                throw new TfLbfgsException($"{path}, line 1: expected a name for each column, received none for column {i + 1} of {columns.Length}.");
        }

        if (columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new TfLbfgsException($"{path}, line 1: expected columns of different names, received '{twice.Key}' {twice.Count()} times.");
        if (columns.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) && !IsNumbering(columns))
            throw new TfLbfgsException($"{path}, line 1: expected a header row with the names of the columns, received numbers.");
        return new CsvTable(path, columns);
    }

    /// <summary>The positions of named columns.</summary>
    /// <param name="names">The names.</param>
    /// <param name="role">What they are, for the message, such as <c>target</c>.</param>
    /// <exception cref="TfLbfgsException">A name is missing; the message lists the columns.</exception>
    public int[] IndexesOf(IReadOnlyList<string> names, string role)
    {
        int[] indexes = [.. names.Select(name => Array.IndexOf(_columns, name))];
        string[] missing = [.. names.Where((_, i) => indexes[i] < 0)];
        return missing.Length == 0
            ? indexes
            : throw new TfLbfgsException(
                $"{Path}: expected the {role} {(missing.Length == 1 ? "column" : "columns")} {Quote(missing)}, received the columns {Quote(Columns)}.");
    }

    /// <summary>Reads columns.</summary>
    /// <param name="indexes">Their positions; the result has them in this order.</param>
    /// <exception cref="TfLbfgsException">A row has another number of cells than the header, a cell is no finite number, or there is no row at all.</exception>
    public Matrix Read(IReadOnlyList<int> indexes)
    {
        using CsvDataReader reader = Start(Path);
        Next(reader, Path);
        List<double> values = [];
        while (Next(reader, Path))
        {
            int cells = reader.RowFieldCount;
            if (Columns.Count > 1 && (cells == 0 || (cells == 1 && reader.GetFieldSpan(0).Trim().Length == 0)))
                continue;
            if (cells != Columns.Count)
                throw new TfLbfgsException($"{Path}, line {reader.RowNumber}: expected {Columns.Count} cells as in the header, received {cells}.");
            foreach (int index in indexes)
                values.Add(Parse(reader.GetFieldSpan(index), reader.RowNumber, index));
        }

        return values.Count > 0
            ? new Matrix([.. values], indexes.Count)
            : throw new TfLbfgsException($"{Path}: expected rows of numbers below the header, received none.");
    }

    /// <summary>Names in quotes, separated by commas; long lists are cut.</summary>
    public static string Quote(IReadOnlyCollection<string> names)
    {
        const int most = 40;
        string listed = string.Join(", ", names.Take(most).Select(name => $"'{name}'"));
        return names.Count > most ? $"{listed} and {names.Count - most} more" : listed;
    }

    /// <summary>Whether the names are 0, 1, 2, ..., as pandas writes them for columns without names.</summary>
    private static bool IsNumbering(string[] columns) => columns.Select((name, i) => name == i.ToString(CultureInfo.InvariantCulture)).All(same => same);

    private static CsvDataReader Start(string path)
    {
        if (Directory.Exists(path))
            throw new TfLbfgsException($"{path}: expected a CSV file, received a folder.");
        if (!File.Exists(path))
            throw new TfLbfgsException($"{path}: expected a CSV file, but there is no such file.");
        try
        {
            // The header is read as a row like the others, so that the check of its cells is ours.
            return CsvDataReader.Create(new StreamReader(path), new CsvDataReaderOptions { HasHeaders = false, MaxBufferSize = 1 << 26 });
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw Unreadable(path, e);
        }
    }

    private static bool Next(CsvDataReader reader, string path)
    {
        try
        {
            return reader.Read();
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw Unreadable(path, e);
        }
    }

    private static bool IsUnreadable(Exception e) => e is FormatException or IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException;

    private static TfLbfgsException Unreadable(string path, Exception e) => new($"{path}: expected a CSV file that can be read, received: {e.Message}", e);

    private double Parse(ReadOnlySpan<char> cell, int line, int index)
    {
        ReadOnlySpan<char> text = cell.Trim();
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        if (isNumber && double.IsFinite(value))
            return value;
        string received = text.Length == 0 ? "an empty cell" : isNumber ? $"'{text}', which is not finite" : $"'{Shorten(text)}'";
        throw new TfLbfgsException($"{Path}, line {line}, column '{Columns[index]}': expected a number, received {received}.");
    }

    private static string Shorten(ReadOnlySpan<char> text)
    {
        const int most = 40;
        string line = (text.Length > most ? string.Concat(text[..most], "...") : text.ToString()).ReplaceLineEndings(" ");
        return new string([.. line.Where(c => !char.IsControl(c))]);
    }
}

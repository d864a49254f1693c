using System.Globalization;

namespace TfLbfgs.Distribution.Loading;

/// <summary>A CSV file of numbers with a header row, separated by comma, semicolon or tab.</summary>
/// <param name="Path">The file.</param>
/// <param name="Columns">The names of the header row.</param>
/// <param name="Values">The numbers, row by row.</param>
internal sealed record CsvNumbers(string Path, string[] Columns, List<double> Values)
{
    /// <summary>The number of rows.</summary>
    public long Rows => Values.Count / Columns.Length;

    /// <summary>Reads a file.</summary>
    /// <exception cref="TfLbfgsException">It cannot be read, or a cell is no finite number.</exception>
    public static CsvNumbers Read(string path)
    {
        try
        {
            using StreamReader reader = new(path);
            string header = reader.ReadLine()
                ?? throw new TfLbfgsException($"{path}: expected a header row and rows of numbers, received an empty file.");
            char separator = header.Contains('\t', StringComparison.Ordinal) ? '\t' : header.Contains(';', StringComparison.Ordinal) ? ';' : ',';
            string[] columns = [.. header.Split(separator).Select(name => name.Trim().Trim('"'))];
            List<double> values = [];
            int line = 1;
            while (reader.ReadLine() is { } text)
            {
                line++;
                if (string.IsNullOrWhiteSpace(text))
                    continue;
                int cell = 0;
                foreach (System.Range range in text.AsSpan().Split(separator))
                {
                    ReadOnlySpan<char> number = text.AsSpan(range).Trim().Trim('"');
                    if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                        throw new TfLbfgsException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {line}, column {cell + 1}: expected a finite number, received '{number}'."));
                    values.Add(value);
                    cell++;
                }

                if (cell != columns.Length)
                    throw new TfLbfgsException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {line}: expected {columns.Length} cells as in the header, received {cell}."));
            }

            return new CsvNumbers(path, columns, values);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TfLbfgsException($"{path}: expected a CSV file that can be read, received: {e.Message}", e);
        }
    }

    /// <summary>These rows, then those of another file of the same columns.</summary>
    public CsvNumbers Followed(CsvNumbers other, string path)
    {
        if (!Columns.SequenceEqual(other.Columns))
            throw new TfLbfgsException(
                $"{path}: expected the columns {string.Join(", ", Columns)} as in {Path}, received {string.Join(", ", other.Columns)}.");
        Values.AddRange(other.Values);
        return this;
    }

    /// <summary>Some rows, divided into inputs and targets.</summary>
    public (double[] Inputs, double[] Targets) Divide(IReadOnlyList<string> targets, int first, int count)
    {
        int[] y = [.. targets.Select(name => System.Array.IndexOf(Columns, name))];
        if (System.Array.IndexOf(y, -1) is var missing and >= 0)
            throw new TfLbfgsException($"{Path}: expected a column '{targets[missing]}', received {string.Join(", ", Columns)}.");
        int[] x = [.. Enumerable.Range(0, Columns.Length).Except(y)];
        return (Take(x), Take(y));

        double[] Take(int[] columns) => [.. Enumerable.Range(first, count).SelectMany(row => columns.Select(column => Values[(row * Columns.Length) + column]))];
    }
}

using System.Globalization;
using TfLbfgs.Formats.Csv;

namespace TfLbfgs.Distribution.Loading;

/// <summary>A CSV file of numbers with a header row.</summary>
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
        using CsvReader reader = new(Open(path), path);
        if (!reader.Read())
            throw new TfLbfgsException($"{path}: expected a header row and rows of numbers, received an empty file.");
        string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.Field(i).Trim().ToString())];
        List<double> values = [];
        while (reader.Read())
        {
            if (reader.IsBlank && columns.Length > 1)
                continue;
            if (reader.FieldCount != columns.Length)
                throw new TfLbfgsException(
                    $"{path}, line {reader.Line}: expected {columns.Length} cells as in the header, received {reader.FieldCount}.");
            for (int cell = 0; cell < columns.Length; cell++)
            {
                ReadOnlySpan<char> text = reader.Field(cell).Trim();
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                    throw new TfLbfgsException(
                        $"{path}, line {reader.Line}, column '{columns[cell]}': expected a finite number, received '{text}'.");
                values.Add(value);
            }
        }

        return new CsvNumbers(path, columns, values);
    }

    /// <summary>These rows, then those of another file of the same columns.</summary>
    public CsvNumbers Followed(CsvNumbers other)
    {
        if (!Columns.SequenceEqual(other.Columns))
            throw new TfLbfgsException(
                $"{other.Path}: expected the columns {string.Join(", ", Columns)} as in {Path}, received "
                + $"{string.Join(", ", other.Columns)}.");
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

        double[] Take(int[] columns)
        {
            double[] taken = new double[count * columns.Length];
            for (int i = 0; i < taken.Length; i++)
                taken[i] = Values[((first + (i / columns.Length)) * Columns.Length) + columns[i % columns.Length]];
            return taken;
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TfLbfgsException($"{path}: expected a CSV file that can be read, received: {e.Message}", e);
        }
    }
}

using System.Globalization;
using TfLbfgs.Formats.Csv;

namespace TfLbfgs.Keras;

/// <summary>Columns of numbers of a CSV file with a header row.</summary>
internal static class CsvColumns
{
    /// <summary>Reads columns by their names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="choose">From the names in the header to the positions of the columns.</param>
    /// <returns>The numbers, row by row, and how many stand in a row.</returns>
    /// <exception cref="TfLbfgsException">The file cannot be read, or a cell is no number.</exception>
    public static (double[] Values, int Columns) Read(string path, Func<string[], int[]> choose)
    {
        using CsvReader reader = new(Open(path), path);
        if (!reader.Read())
            throw new TfLbfgsException($"{path}: expected a header row and rows of numbers, received an empty file.");
        string[] names = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.Field(i).Trim().ToString())];
        int[] chosen = choose(names);
        List<double> values = [];
        while (reader.Read())
        {
            if (reader.IsBlank && names.Length > 1)
                continue;
            if (reader.FieldCount != names.Length)
                throw new TfLbfgsException(
                    $"{path}, line {reader.Line}: expected {names.Length} cells as in the header, received {reader.FieldCount}.");
            foreach (int column in chosen)
            {
                if (!double.TryParse(reader.Field(column).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                    throw new TfLbfgsException(
                        $"{path}, line {reader.Line}, column '{names[column]}': expected a number, received '{reader.Field(column)}'.");
                values.Add(value);
            }
        }

        return ([.. values], chosen.Length);
    }

    /// <summary>The positions of named columns.</summary>
    /// <exception cref="TfLbfgsException">A name is missing.</exception>
    public static int[] PositionsOf(string path, string[] header, IEnumerable<string> names) =>
        [.. names.Select(name => Array.IndexOf(header, name) is var i and >= 0
            ? i
            : throw new TfLbfgsException($"{path}: expected one of the columns {string.Join(", ", header)}, received '{name}'."))];

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

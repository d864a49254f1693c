using System.Text;
using TfLbfgs.Cli.Output;
using TfLbfgs.Formats.Csv;

namespace TfLbfgs.Cli.Data;

/// <summary>
/// Which columns of a table are inputs, targets or neither, as the options <c>--target</c>, <c>--input</c> and <c>--ignore</c> say.
/// </summary>
/// <param name="Targets">The targets.</param>
/// <param name="Inputs">The inputs; empty: all columns that are not named otherwise, in the order of the file.</param>
/// <param name="Ignored">Columns that are not read.</param>
internal sealed record ColumnChoice(IReadOnlyList<string> Targets, IReadOnlyList<string> Inputs, IReadOnlyList<string> Ignored)
{
    /// <summary>Splits the value of an option.</summary>
    /// <param name="list">Names separated by commas; one with a comma stands in double quotes, as in a CSV header. Null: none.</param>
    /// <param name="option">The option, for messages.</param>
    /// <exception cref="TfLbfgsException">A name is empty or given twice, or quotes are not closed.</exception>
    public static string[] Names(string? list, string option)
    {
        if (list is null)
            return [];
        string[] names = Split(list, option);
        if (names.Any(name => name.Length == 0))
            throw new TfLbfgsException($"{option}: expected names of columns separated by commas, received '{list}'.");
        if (names.Distinct().Count() < names.Length)
            throw new TfLbfgsException($"{option}: expected each column once, received '{list}'.");
        return names;
    }

    /// <summary>The positions of the targets.</summary>
    /// <exception cref="TfLbfgsException">A column is missing.</exception>
    public int[] TargetsOf(DataTable table) => table.IndexesOf(Targets, "target");

    /// <summary>The positions of the inputs.</summary>
    /// <exception cref="TfLbfgsException">A column is missing or named twice, or none is left.</exception>
    public int[] InputsOf(DataTable table)
    {
        HashSet<int> taken = [.. TargetsOf(table), .. table.IndexesOf(Ignored, "ignored")];
        int[] inputs = Inputs.Count > 0
            ? table.IndexesOf(Inputs, "input") : [.. Enumerable.Range(0, table.Columns.Count).Where(i => !taken.Contains(i))];
        if (Array.Find(inputs, taken.Contains) is var both && inputs.Any(taken.Contains))
            throw new TfLbfgsException(
                $"--input: expected columns that are no targets and not ignored, received {TerminalText.Quote([table.Columns[both]])}.");
        if (inputs.Length == 0)
            throw new TfLbfgsException(
                $"{table.Path}: expected input columns besides the targets {TerminalText.Quote(Targets)}, received none.");
        return inputs;
    }
    private static string[] Split(string list, string option)
    {
        if (!list.Contains('"', StringComparison.Ordinal))
            return list.Split(',', StringSplitOptions.TrimEntries);
        using CsvReader reader = new(new MemoryStream(Encoding.UTF8.GetBytes(list)), option, ',');
        return reader.Read() ? [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.Field(i).Trim().ToString())] : [];
    }
}

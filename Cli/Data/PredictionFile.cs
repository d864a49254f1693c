using System.Globalization;
using System.Text;
using TfLbfgs.IO;

namespace TfLbfgs.Cli.Data;

/// <summary>A CSV file of predictions, written block by block and there as a whole or not at all.</summary>
internal static class PredictionFile
{
    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The names of the columns.</param>
    /// <param name="isNarrow">Whether numbers are of float32.</param>
    /// <param name="blocks">Rows.</param>
    public static void Write(string path, IReadOnlyList<string> names, bool isNarrow, IEnumerable<Matrix> blocks) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer =
            new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', names.Select(Escape)));
        Span<char> digits = stackalloc char[40];
        foreach (Matrix block in blocks)
        {
            for (int i = 0; i < block.Values.Length; i++)
            {
                // The shortest text that reads back as the same number.
                double value = block.Values[i];
                int length;
                bool fits = isNarrow
                    ? ((float)value).TryFormat(digits, out length, "R", CultureInfo.InvariantCulture)
                    : value.TryFormat(digits, out length, "R", CultureInfo.InvariantCulture);
                System.Diagnostics.Debug.Assert(fits, "numbers have fewer than 40 characters");
                writer.Write(digits[..length]);
                writer.Write((i + 1) % block.Columns == 0 ? '\n' : ',');
            }
        }
    });

    private static string Escape(string name) =>
        name.AsSpan().IndexOfAny(",\"\r\n;") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

using System.Buffers;
using System.Globalization;
using System.Text;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Data;

/// <summary>A CSV file of predictions, written block by block and there as a whole or not at all.</summary>
internal static class PredictionFile
{
    private const int LongestNumber = 40;
    private const int PieceSize = 1 << 18;

    // All delimiters that a reader may recognize.
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",;\t|\"\r\n");

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The names of the columns.</param>
    /// <param name="isNarrow">Whether numbers are of float32.</param>
    /// <param name="blocks">Rows.</param>
    /// <param name="report">Receives a warning where the place cannot be written any more.</param>
    /// <returns>Where the file is: at another place when its own is full or was removed.</returns>
    public static string Write(string path, IReadOnlyList<string> names, bool isNarrow, IEnumerable<Matrix> blocks, Report report)
    {
        using ResultStream result = new(path, report);
        result.Write(Encoding.UTF8.GetBytes(string.Join(',', names.Select(Escape)) + "\n"));
        byte[] piece = new byte[PieceSize];
        int length = 0;
        foreach (Matrix block in blocks)
        {
            for (int i = 0; i < block.Values.Length; i++)
            {
                if (length > PieceSize - LongestNumber)
                    WritePiece();
                // The shortest text that reads back as the same number.
                double value = block.Values[i];
                int digits;
                bool fits = isNarrow
                    ? ((float)value).TryFormat(piece.AsSpan(length), out digits, "R", CultureInfo.InvariantCulture)
                    : value.TryFormat(piece.AsSpan(length), out digits, "R", CultureInfo.InvariantCulture);
                System.Diagnostics.Debug.Assert(fits, "numbers have fewer than 40 characters");
                length += digits;
                piece[length++] = (i + 1) % block.Columns == 0 ? (byte)'\n' : (byte)',';
            }
        }

        WritePiece();
        return result.Commit();

        void WritePiece()
        {
            result.Write(piece.AsSpan(0, length));
            length = 0;
        }
    }

    private static string Escape(string name) =>
        name.AsSpan().IndexOfAny(NeedQuotes) < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

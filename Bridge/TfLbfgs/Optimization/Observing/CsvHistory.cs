using TfLbfgs.IO;

namespace TfLbfgs.Optimization;

/// <summary>Writes histories as CSV.</summary>
public static class CsvHistory
{
    /// <summary>
    /// Writes the start and every accepted iteration as a CSV file with the columns <c>iteration, evaluations, loss, gradient_max,
    /// gradient_length, step, seconds, validation_loss</c>; the last is empty
    /// where nothing was measured. Named parts of the loss follow as <c>term:NAME</c>. Numbers read back to the same bits. Written
    /// completely or not at all; a file that exists is replaced. Python: <c>pandas.DataFrame(history.history).to_csv(path)</c>.
    /// </summary>
    /// <param name="result">The result; may be disposed already.</param>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public static void WriteCsv(this LbfgsResult result, string path)
    {
        ArgumentNullException.ThrowIfNull(result);
        result.History.WriteCsv(path);
    }

    /// <inheritdoc cref="WriteCsv(LbfgsResult, string)"/>
    /// <param name="history">The start and every accepted iteration.</param>
    /// <param name="path">The file, in a folder that exists.</param>
    public static void WriteCsv(this IEnumerable<LbfgsProgress> history, string path)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
            LbfgsProgress[] points = [.. history];
            string[] terms = [.. points.SelectMany(point => point.Terms.Keys).Distinct()];
            writer.WriteLine(CsvText.HeaderOf(terms));
            foreach (LbfgsProgress progress in points)
                writer.WriteLine(CsvText.Line(progress, terms));
        });
    }
}

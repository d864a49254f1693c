using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TfLbfgs.Benchmarks.Scaling;

/// <summary>The speed-up of 1 to 1,000 workers by <see cref="SpeedupModel"/>, from a file of measurements.</summary>
internal static class SpeedupTable
{
    private static readonly double[] Workers = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000];
    private static readonly double[] Parameters = [1e4, 1e5, 1e6, 1e7, 1e8];
    private static readonly double[] BitsPerSecond = [1e9, 25e9];

    /// <summary>Reads the measurements.</summary>
    /// <exception cref="TfLbfgsException">A member is missing.</exception>
    public static SpeedupModel Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        double Number(string name) =>
            document.RootElement.TryGetProperty(name, out JsonElement value) && value.TryGetDouble(out double number)
            ? number
            : throw new TfLbfgsException($"{path}: expected the number '{name}', received none.");
        return new SpeedupModel(
            Number("seconds_per_row_and_parameter"), Number("seconds_per_call"), Number("seconds_per_worker"),
            Number("seconds_per_byte"), Number("sum_bytes_per_second"));
    }

    /// <summary>Markdown tables, one for each network.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seconds">What an evaluation takes on one machine: the rows follow from it.</param>
    public static string Write(SpeedupModel model, double seconds)
    {
        StringBuilder text = new();
        foreach (double bits in BitsPerSecond)
        {
            text.Append(CultureInfo.InvariantCulture, $"{bits / 1e9:G3} Gb/s, {seconds:G3} s an evaluation on one machine: ")
                .Append("speed-up with the sum on the controller (with a tree of 8).\n\n");
            string[] heads = [.. Workers.Select(workers => string.Create(CultureInfo.InvariantCulture, $" {workers} |"))];
            string rule = string.Concat(heads.Select(_ => "---|"));
            text.Append(CultureInfo.InvariantCulture, $"| n |{string.Concat(heads)} best |\n|---|{rule}---|\n");
            foreach (double n in Parameters)
            {
                double rows = seconds / model.Alone(1, n);
                text.Append(CultureInfo.InvariantCulture, $"| {n:G2} |");
                foreach (double workers in Workers)
                {
                    double star = seconds / model.Star(workers, rows, n, bits), tree = seconds / model.Tree(workers, rows, n, bits);
                    text.Append(CultureInfo.InvariantCulture, $" {star:F1} ({tree:F1}) |");
                }

                text.Append(CultureInfo.InvariantCulture, $" {model.BestWorkers(rows, n, bits):F0} |\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}

using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>The columns in which progress is shown.</summary>
internal static class ProgressTable
{
    public static readonly string[] Headers = ["iteration", "evaluations", "loss", "gradient", "step", "seconds"];

    /// <summary>The characters of each column: with borders the table stays below the 80 of a small terminal.</summary>
    public static readonly int[] Widths = [9, 11, 11, 8, 8, 8];

    public static string Line(IReadOnlyList<string> cells) => string.Join("  ", cells.Select((cell, i) => cell.PadLeft(Widths[i])));

    public static string[] Cells(LbfgsProgress progress) => Cells(progress, progress.Evaluations, progress.Seconds);

    /// <summary>The cells of an iteration after which evaluations and time went on.</summary>
    public static string[] Cells(LbfgsProgress progress, int evaluations, double seconds) =>
    [
        progress.Iteration.ToString(CultureInfo.InvariantCulture),
        evaluations.ToString(CultureInfo.InvariantCulture),
        progress.Loss.ToString("0.00000e+00", CultureInfo.InvariantCulture),
        progress.GradientNorm.ToString("0.00e+00", CultureInfo.InvariantCulture),
        progress.Iteration == 0 ? "-" : progress.Step.ToString("0.00e+00", CultureInfo.InvariantCulture),
        seconds.ToString("0.00", CultureInfo.InvariantCulture),
    ];
}

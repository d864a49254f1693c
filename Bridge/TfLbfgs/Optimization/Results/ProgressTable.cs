using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>The columns in which progress is shown, for a console or a log of your own.</summary>
public static class ProgressTable
{
    /// <summary>The headers of the columns.</summary>
    public static IReadOnlyList<string> Headers { get; } = ["iteration", "evaluations", "loss", "gradient", "step", "seconds"];

    /// <summary>The characters of each column: with borders the table stays below the 80 of a small terminal.</summary>
    public static IReadOnlyList<int> Widths { get; } = [9, 11, 11, 8, 8, 8];

    /// <summary>One line of text, each cell to the right of its column.</summary>
    /// <param name="cells">The text of each column.</param>
    /// <returns>The line, without its end.</returns>
    public static string Line(IReadOnlyList<string> cells) => string.Join("  ", cells.Select((cell, i) => cell.PadLeft(Widths[i])));

    /// <summary>The cells of an iteration.</summary>
    /// <param name="progress">The iteration.</param>
    /// <returns>The text of each column.</returns>
    public static string[] Cells(LbfgsProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return Cells(progress, progress.Evaluations, progress.Seconds);
    }

    /// <summary>
    /// The named parts of the loss, for the end of a line: <c>  pde 1.2e-03, data 3.0e-04</c>; empty where there are none.
    /// </summary>
    /// <param name="progress">The iteration.</param>
    /// <returns>The text.</returns>
    public static string TermsOf(LbfgsProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return progress.Terms.Count == 0 ? "" : "  " + string.Join(", ", progress.Terms.Select(
            term => string.Create(CultureInfo.InvariantCulture, $"{term.Key} {term.Value:0.00e+00}")));
    }

    /// <summary>The cells of an iteration after which evaluations and time went on.</summary>
    internal static string[] Cells(LbfgsProgress progress, int evaluations, double seconds) =>
    [
        progress.Iteration.ToString(CultureInfo.InvariantCulture),
        evaluations.ToString(CultureInfo.InvariantCulture),
        progress.Loss.ToString("0.00000e+00", CultureInfo.InvariantCulture),
        progress.GradientNorm.ToString("0.00e+00", CultureInfo.InvariantCulture),
        progress.Iteration == 0 ? "-" : progress.Step.ToString("0.00e+00", CultureInfo.InvariantCulture),
        seconds.ToString("0.00", CultureInfo.InvariantCulture),
    ];
}

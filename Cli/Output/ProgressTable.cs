using System.Globalization;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Output;

/// <summary>The columns in which progress is shown.</summary>
internal static class ProgressTable
{
    public static readonly string[] Headers = ["iteration", "evaluations", "loss", "gradient", "step", "seconds"];

    public static string Line(IReadOnlyList<string> cells) =>
        string.Create(CultureInfo.InvariantCulture, $"{cells[0],9}  {cells[1],11}  {cells[2],12}  {cells[3],9}  {cells[4],9}  {cells[5],8}");

    public static string[] Cells(LbfgsProgress progress) =>
    [
        progress.Iteration.ToString(CultureInfo.InvariantCulture),
        progress.Evaluations.ToString(CultureInfo.InvariantCulture),
        progress.Loss.ToString("0.00000e+00", CultureInfo.InvariantCulture),
        progress.GradientNorm.ToString("0.00e+00", CultureInfo.InvariantCulture),
        progress.Iteration == 0 ? "-" : progress.Step.ToString("0.00e+00", CultureInfo.InvariantCulture),
        progress.Seconds.ToString("0.00", CultureInfo.InvariantCulture),
    ];
}

using System.Globalization;
using TfLbfgs.Optimization;

namespace TfLbfgs.Benchmarks.Growth;

/// <summary>What an iteration costs at one size; all figures but the counts of bytes moved are measured.</summary>
/// <param name="Execution">How objective and driver ran.</param>
/// <param name="Count">n, the number of parameters, float64.</param>
/// <param name="Memory">m, the correction pairs, by the table.</param>
/// <param name="EvaluationSeconds">One bare call of value and gradient, its value read.</param>
/// <param name="IterationSeconds">One iteration with its evaluations.</param>
/// <param name="AboveSeconds">The same without its evaluations.</param>
/// <param name="Evaluations">Evaluations per iteration.</param>
/// <param name="NativeCalls">Ops and function calls per iteration.</param>
/// <param name="Reads">Reads per iteration.</param>
/// <param name="ReadBytes">The bytes of these reads per iteration.</param>
/// <param name="Uploads">Uploads per iteration.</param>
/// <param name="AllocatedBytes">Managed bytes per iteration, on the thread that minimizes.</param>
internal sealed record GrowthRow(
    Execution Execution, long Count, int Memory, double EvaluationSeconds, double IterationSeconds, double AboveSeconds, double Evaluations,
    double NativeCalls, double Reads, double ReadBytes, double Uploads, double AllocatedBytes)
{
    /// <summary>
    /// In the compiled loop: three passes over the steps and two over the changes, and position, direction, both gradients, both new rows,
    /// D twice, what stands between the products four times, the new direction twice, the trial twice, and those that the nine scalars are
    /// taken from.
    /// </summary>
    private static readonly (int Passes, int Others) Loop = (5, 20);

    /// <summary>
    /// By loops of our own: two passes over the steps and one over the changes, and what the new pair reads and writes (6), D three times
    /// (11), the direction (2), the trial (3) and the numbers of the evaluation (3).
    /// </summary>
    private static readonly (int Passes, int Others) Own = (3, 25);

    /// <summary>The first two lines of the table.</summary>
    public static string Header { get; } =
        "| execution | n | m | evaluation us | iteration us | above the evaluation us | MB moved | GB/s | of the bandwidth | native "
            + "calls | reads | bytes read | reads per evaluation | uploads | managed bytes |\n"
        + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

    /// <summary>The bytes that an iteration must move above its evaluation: 3 m + 25 vectors, in the compiled loop 5 m + 20.</summary>
    public double MovedBytes => (((double)Vectors.Passes * Memory) + Vectors.Others) * Count * sizeof(double);

    private (int Passes, int Others) Vectors => Execution == Execution.Compiled ? Loop : Own;

    /// <summary>The rate at which it moves them, bytes per second.</summary>
    public double Rate => MovedBytes / AboveSeconds;

    /// <summary>A line of the table.</summary>
    /// <param name="bandwidth">Of the memory, bytes per second.</param>
    public string Line(double bandwidth) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Execution} | {Count} | {Memory} | {EvaluationSeconds * 1e6:F0} | {IterationSeconds * 1e6:F0} | {AboveSeconds * 1e6:F0} | {MovedBytes / 1e6:G3} | {Rate / 1e9:F1} | {Rate / bandwidth:P0} "
        + $"| {NativeCalls:F1} | {Reads:F2} | {ReadBytes:F0} | {Reads / Evaluations:F2} | {Uploads:F1} | {AllocatedBytes:F0} |");
}

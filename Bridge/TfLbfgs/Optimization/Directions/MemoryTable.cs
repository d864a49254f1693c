using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// How many correction pairs are kept when nothing is said: a function of n and dtype, never of a clock, so that runs repeat. Evaluations
/// fall with more pairs (from 10 to 100 by a sixth on classic problems,
/// by half and more on networks), the cost of an iteration rises with pairs times n; the steps below keep it near that of an evaluation on
/// a CPU (docs/reference/performance.md).
/// </summary>
public static class MemoryTable
{
    private const long ByteLimit = 1L << 30;
    private const int Least = 3;
    private const double Gibibyte = 1L << 30;

    /// <summary>
    /// Vectors of a run besides the pairs, at most: points, gradients, directions, D and what an iteration computes
    /// (docs/guides/memory.md).
    /// </summary>
    private const int OtherVectors = 16;

    /// <summary>
    /// The number of pairs: 100 up to 2,000 parameters, 50 up to 10,000, 20 up to 200,000, 10 above; fewer, but at least 3, where the pairs
    /// would take more than 1 GiB.
    /// </summary>
    /// <param name="count">n, at least 1.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <returns>The number of pairs.</returns>
    public static int Length(long count, DType dtype)
    {
        int byCount = count switch
        {
            <= 2_000 => 100,
            <= 10_000 => 50,
            <= 200_000 => 20,
            _ => 10,
        };
        return (int)Math.Clamp(ByteLimit / (2 * count * SizeOf(dtype)), Least, byCount);
    }

    /// <summary>Refuses pairs that do not fit into the memory of the process, before it is full.</summary>
    /// <param name="length">m, the most pairs.</param>
    /// <param name="count">n.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <param name="copies">How often the pairs are held at once.</param>
    /// <param name="available">Bytes.</param>
    /// <exception cref="TfLbfgsException">They do not fit; the message says how many do.</exception>
    internal static void Require(int length, long count, DType dtype, int copies, long available)
    {
        double bytesOfVector = (double)count * SizeOf(dtype);
        double needed = (2.0 * copies * length + OtherVectors) * bytesOfVector;
        if (needed <= available)
            return;
        double fitting = Math.Floor((available / bytesOfVector - OtherVectors) / (2 * copies));
        throw new TfLbfgsException(FormattableString.Invariant(
            $"LbfgsOptions.MemoryLength: expected pairs that fit into the {available / Gibibyte:F1} GiB of this process, received {length} pairs ")
            + FormattableString.Invariant(
                $"of {count:N0} {dtype.PythonName} parameters, which take {needed / Gibibyte:F1} GiB with the other vectors. ")
            + (fitting >= 1
                ? FormattableString.Invariant($"Use at most {fitting} pairs.")
                : "Not even one pair fits: use float32, or fewer parameters."));
    }

    /// <summary>The same for the memory that the process may use, where the vectors lie in it.</summary>
    internal static void Require(int length, long count, DType dtype, int copies = 1)
    {
        if (Device.KindOfCurrent == "CPU" && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and long available)
            Require(length, count, dtype, copies, available);
    }

    private static int SizeOf(DType dtype) => dtype == DType.Float32 ? sizeof(float) : sizeof(double);
}

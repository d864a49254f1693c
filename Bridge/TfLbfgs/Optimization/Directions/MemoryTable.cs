using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// How many correction pairs are kept when nothing is said: a function of n and dtype, never of a clock, so that runs repeat. Evaluations fall with more pairs (from 10 to 100 by a sixth on classic problems,
/// by half and more on networks), the cost of an iteration rises with pairs times n; the steps below keep it near that of an evaluation on a CPU (docs/performance.md).
/// </summary>
public static class MemoryTable
{
    private const long ByteLimit = 1L << 30;
    private const int Least = 3;

    /// <summary>The number of pairs: 100 up to 2,000 parameters, 50 up to 10,000, 20 up to 200,000, 10 above; fewer, but at least 3, where the pairs would take more than 1 GiB.</summary>
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
        long bytesOfPair = 2 * count * (dtype == DType.Float32 ? sizeof(float) : sizeof(double));
        return (int)Math.Clamp(ByteLimit / bytesOfPair, Least, byCount);
    }
}

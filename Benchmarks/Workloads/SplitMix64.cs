namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>
/// The random numbers of the workloads: SplitMix64 (Steele, Lea and Flood 2014) over a counter, so that any language makes the same ones in
/// any order.
/// </summary>
internal static class SplitMix64
{
    /// <summary>Numbers in [0, 1) with 53 random bits, for the counters seed * 2^32 + 1 ... + n.</summary>
    public static double[] Uniform(uint seed, int count)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = Math.ScaleB(Mix(((ulong)seed << 32) + (ulong)(i + 1)) >> 11, -53);
        return values;
    }

    private static ulong Mix(ulong counter)
    {
        ulong z = counter * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

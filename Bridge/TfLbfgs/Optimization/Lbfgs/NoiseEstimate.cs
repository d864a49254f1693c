namespace TfLbfgs.Optimization;

/// <summary>
/// The noise of a function from values at equal distances (Moré and Wild 2011, "Estimating computational noise", section 2, ECnoise):
/// differences of order k wipe out what is smooth, and leave noise of the variance sigma² (2k)!/(k!)². The
/// noise is determined where three orders agree and the differences change sign.
/// </summary>
internal static class NoiseEstimate
{
    /// <summary>The values that a measurement takes, the start among them.</summary>
    public const int Points = 7;

    private const double SpreadOfAgreement = 4;
    private const double LargestChange = 0.1;

    /// <summary>Estimates the noise.</summary>
    /// <param name="values">The values in order, finite.</param>
    /// <param name="hint">What to do when there is none: take them closer together (-1), farther apart (1), or give up (0).</param>
    /// <returns>The standard deviation of the noise; null: these values do not tell it.</returns>
    public static double? Of(ReadOnlySpan<double> values, out int hint)
    {
        hint = 0;
        double[] table = values.ToArray();
        double highest = table.Max(), lowest = table.Min();
        if (highest - lowest > LargestChange * Math.Max(Math.Abs(highest), Math.Abs(lowest)))
        {
            hint = -1;
            return null;
        }

        double[] levels = new double[values.Length - 1];
        bool[] alternates = new bool[levels.Length];
        double scale = 1;
        for (int k = 1; k <= levels.Length; k++)
        {
            int count = values.Length - k;
            int unchanged = 0;
            for (int i = 0; i < count; i++)
            {
                table[i] = table[i + 1] - table[i];
                unchanged += table[i] == 0 ? 1 : 0;
            }

            if (k == 1 && unchanged >= values.Length / 2)
            {
                hint = 1;
                return null;
            }

            scale *= k / (2.0 * (2 * k - 1));
            ReadOnlySpan<double> differences = table.AsSpan(0, count);
            double squares = 0;
            bool rises = false, falls = false;
            foreach (double difference in differences)
            {
                squares += difference * difference;
                rises |= difference > 0;
                falls |= difference < 0;
            }

            levels[k - 1] = Math.Sqrt(scale * squares / count);
            alternates[k - 1] = rises && falls;
        }

        for (int k = 0; k + 2 < levels.Length; k++)
        {
            double most = Math.Max(levels[k], Math.Max(levels[k + 1], levels[k + 2]));
            double least = Math.Min(levels[k], Math.Min(levels[k + 1], levels[k + 2]));
            if (most <= SpreadOfAgreement * least && alternates[k])
                return levels[k];
        }

        // Each further order is smaller: what is smooth still outweighs the noise.
        hint = -1;
        return null;
    }
}

namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// Our own generator of random numbers (xoshiro256** seeded by SplitMix64), so that a seed gives the same weights on every machine and
/// version. Not for cryptography.
/// </summary>
public sealed class RandomSource
{
    private ulong _a, _b, _c, _d;
    private double _spare = double.NaN;

    /// <summary>Starts the generator.</summary>
    /// <param name="seed">Any number; equal seeds give equal sequences.</param>
    public RandomSource(long seed)
    {
        ulong state = (ulong)seed;
        _a = Split(ref state);
        _b = Split(ref state);
        _c = Split(ref state);
        _d = Split(ref state);
    }

    /// <summary>The next number of the uniform distribution on [0, 1), 53 bits.</summary>
    /// <returns>The number.</returns>
    public double NextUniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number of the standard normal distribution (Marsaglia's polar method).</summary>
    /// <returns>The number.</returns>
    public double NextNormal()
    {
        if (!double.IsNaN(_spare))
        {
            double spare = _spare;
            _spare = double.NaN;
            return spare;
        }

        while (true)
        {
            double u = (2 * NextUniform()) - 1, v = (2 * NextUniform()) - 1, s = (u * u) + (v * v);
            if (s is > 0 and < 1)
            {
                double factor = Math.Sqrt(-2 * Math.Log(s) / s);
                _spare = v * factor;
                return u * factor;
            }
        }
    }

    /// <summary>The next number of the standard normal distribution cut at two standard deviations.</summary>
    /// <returns>The number, in [-2, 2].</returns>
    public double NextTruncatedNormal()
    {
        double value;
        do
            value = NextNormal();
        while (Math.Abs(value) > 2);
        return value;
    }

    /// <summary>A seed from a text, the same in every process.</summary>
    internal static long SeedOf(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211;
        return (long)hash;
    }

    private static ulong Split(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private ulong Next()
    {
        ulong result = ulong.RotateLeft(_b * 5, 7) * 9, t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }
}

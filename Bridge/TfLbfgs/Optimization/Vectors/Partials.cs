namespace TfLbfgs.Optimization;

/// <summary>What the tiles of vectors come to, a row of numbers each, until they are added in their order.</summary>
/// <param name="tiles">How many tiles.</param>
/// <param name="width">Numbers of each.</param>
internal readonly struct Partials(int tiles, int width)
{
    private readonly double[] _numbers = new double[tiles * width];

    /// <summary>The numbers of a tile.</summary>
    /// <param name="tile">Its number.</param>
    public Span<double> Of(int tile) => _numbers.AsSpan(tile * width, width);

    /// <summary>The sums over all tiles.</summary>
    public double[] Sums()
    {
        if (_numbers.Length == width)
            return _numbers;
        double[] sums = new double[width];
        for (int i = 0; i < _numbers.Length; i++)
            sums[i % width] += _numbers[i];
        return sums;
    }

    /// <summary>The largest of a number over all tiles; NaN where one is.</summary>
    /// <param name="index">Which number.</param>
    public double Largest(int index)
    {
        double largest = _numbers[index];
        for (int i = index + width; i < _numbers.Length; i += width)
            largest = Math.Max(largest, _numbers[i]);
        return largest;
    }
}

namespace TfLbfgs.Optimization;

/// <summary>The curvatures of the last pairs, in a ring on the host: what the driver knows of each pair when it is accepted.</summary>
/// <param name="length">The most pairs.</param>
internal sealed class Curvatures(int length)
{
    private readonly Queue<PairScalars> _pairs = new();

    /// <summary>Takes a pair; the oldest gives way.</summary>
    public void Add(PairScalars pair)
    {
        if (_pairs.Count == length)
            _pairs.Dequeue();
        _pairs.Enqueue(pair);
    }

    /// <summary>Forgets all, with the memory.</summary>
    public void Clear() => _pairs.Clear();

    /// <summary>The spectrum; null without pairs. Sorts them, so it is asked for where somebody looks.</summary>
    public CurvatureSpectrum? Spectrum()
    {
        if (_pairs.Count == 0)
            return null;
        double[] lower = [.. _pairs.Select(pair => pair.StepDotChange / pair.StepSquared).Order()];
        double[] upper = [.. _pairs.Select(pair => pair.ChangeSquared / pair.StepDotChange).Order()];
        return new CurvatureSpectrum(lower.Length, lower[0], Median(lower), lower[^1], upper[0], Median(upper), upper[^1]);
    }

    private static double Median(double[] sorted)
    {
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}

namespace TfLbfgs.Optimization;

/// <summary>The curvatures of the last pairs, on the host: what the driver knows of each pair when it is accepted.</summary>
internal sealed class Curvatures
{
    /// <summary>The pairs, the oldest first.</summary>
    public List<PairScalars> Pairs { get; init; } = [];

    /// <summary>Takes a pair; the oldest gives way.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="length">The most pairs.</param>
    public void Add(PairScalars pair, int length)
    {
        if (Pairs.Count >= length)
            Pairs.RemoveAt(0);
        Pairs.Add(pair);
    }

    /// <summary>Forgets all, with the memory.</summary>
    public void Clear() => Pairs.Clear();

    /// <summary>The spectrum; null without pairs. Sorts them, so it is computed only when it is read.</summary>
    public CurvatureSpectrum? Spectrum()
    {
        if (Pairs.Count == 0)
            return null;
        double[] lower = [.. Pairs.Select(pair => pair.StepDotChange / pair.StepSquared).Order()];
        double[] upper = [.. Pairs.Select(pair => pair.ChangeSquared / pair.StepDotChange).Order()];
        return new CurvatureSpectrum(lower.Length, lower[0], Median(lower), lower[^1], upper[0], Median(upper), upper[^1]);
    }

    private static double Median(double[] sorted)
    {
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Values with weights that stand for a larger set of values, from which quantiles follow with a bounded error; as Keras computes it, in
/// float32.
/// </summary>
/// <param name="values">The values, ascending.</param>
/// <param name="weights">How many values each stands for.</param>
internal sealed class QuantileSummary(float[] values, float[] weights)
{
    public static QuantileSummary Empty { get; } = new([], []);

    /// <summary>A summary of a set of values.</summary>
    /// <param name="all">The values, in any order.</param>
    /// <param name="epsilon">The error that is allowed, as a part of the whole.</param>
    /// <param name="generation">The generation of Keras whose choice of values is made.</param>
    public static QuantileSummary Of(float[] all, double epsilon, KerasGeneration generation)
    {
        float[] sorted = [.. all.Order()];
        double increment = sorted.Length / (1 / epsilon);
        double step, start;
        if (generation == KerasGeneration.Keras2)
        {
            start = (int)(float)increment;
            step = Math.Max(start, 1);
        }
        else
        {
            step = Math.Max(increment, 1);
            start = step - 1;
        }

        List<float> chosen = [];
        for (int i = (int)start; i < sorted.Length; i += (int)step)
            chosen.Add(sorted[i]);
        return new QuantileSummary([.. chosen], [.. Enumerable.Repeat((float)step, chosen.Count)]);
    }

    /// <summary>The summary of both sets.</summary>
    public QuantileSummary MergeInto(QuantileSummary earlier, double epsilon)
    {
        (float Value, float Weight)[] merged = [.. Pairs().Concat(earlier.Pairs()).OrderBy(pair => pair.Value)];
        return new QuantileSummary([.. merged.Select(pair => pair.Value)], [.. merged.Select(pair => pair.Weight)]).Compress(epsilon);
    }

    /// <summary>The boundaries between bins of nearly equal numbers of values.</summary>
    public double[] Boundaries(int bins) => [.. Compress(1.0 / bins).Values.SkipLast(1).Select(value => (double)value)];

    private float[] Values { get; } = values;

    private float[] Weights { get; } = weights;

    private IEnumerable<(float Value, float Weight)> Pairs() => Values.Zip(Weights);

    private QuantileSummary Compress(double epsilon)
    {
        if (Values.Length * epsilon < 1)
            return this;
        float[] cumulative = new float[Weights.Length];
        float sum = 0;
        for (int i = 0; i < cumulative.Length; i++)
            cumulative[i] = sum += Weights[i];
        double[] shares = [.. cumulative.Select(weight => (double)(weight / sum))];
        double[] wanted = [.. Enumerable.Range(0, (int)Math.Ceiling(1 / epsilon)).Select(i => epsilon + (i * epsilon))];
        double[] bins = [.. wanted.Select(share => Interpolate(share, shares, Values))];
        double[] upTo = [.. wanted.Select(share => Interpolate(share, shares, cumulative))];
        return new QuantileSummary([.. bins.Select(bin => (float)bin)],
            [.. upTo.Select((weight, i) => (float)(weight - (i == 0 ? 0 : upTo[i - 1])))]);
    }

    // numpy.interp.
    private static double Interpolate(double x, double[] xs, float[] ys)
    {
        if (x <= xs[0])
            return ys[0];
        if (x >= xs[^1])
            return ys[^1];
        int low = 0, high = xs.Length - 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (xs[middle] <= x)
                low = middle;
            else
                high = middle;
        }

        return (((double)ys[high] - ys[low]) / (xs[high] - xs[low]) * (x - xs[low])) + ys[low];
    }
}

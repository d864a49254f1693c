using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>0.5 sum(d (x - 1)²) with d from 1 to 1,000, n = 1,000,000, float64: memory traffic is what is timed.</summary>
internal sealed class QuadraticWorkload() : Workload("quadratic", 30, 1.0)
{
    private const int Count = 1_000_000;

    /// <summary>
    /// d, evenly spaced by logarithm, [1000000]. The last bit of NumPy's power depends on its processor; these are the same except for it.
    /// </summary>
    public static double[] Scales()
    {
        double[] scales = new double[Count];
        const double step = 3.0 / (Count - 1);
        for (int i = 0; i < Count; i++)
            scales[i] = Math.Pow(10, i == Count - 1 ? 3 : i * step);
        return scales;
    }

    /// <inheritdoc/>
    public override TapeObjective CreateObjective() =>
        new(Tensor.From(new double[Count]), [Tensor.From(Scales())],
            (position, data) => 0.5 * Tf.ReduceSum(data[0] * Tf.Square(position - 1.0)));
}

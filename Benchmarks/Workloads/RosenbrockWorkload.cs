using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>
/// Extended Rosenbrock in 1,000 variables from (-1.2, 1, ...), float64: evaluations cost next to nothing, so the driver is what is timed.
/// </summary>
internal sealed class RosenbrockWorkload() : Workload("rosenbrock", 200, 1e-10)
{
    /// <summary>The start, [1000].</summary>
    public static double[] Start() => [.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? -1.2 : 1.0)];

    /// <inheritdoc/>
    public override TapeObjective CreateObjective() => new(Tensor.From(Start()), [], (position, _) =>
    {
        Tensor a = position[TensorIndex.Slice(0, null, 2)];
        Tensor b = position[TensorIndex.Slice(1, null, 2)];
        return Tf.ReduceSum(100.0 * Tf.Square(b - a * a) + Tf.Square(1.0 - a));
    });
}

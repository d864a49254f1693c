using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>A loss of <c>lbfgs/collected.json</c> in tensor code, for each number of variables.</summary>
/// <param name="Name">The name, without the number of variables.</param>
/// <param name="Start">The start: component i = 1..n.</param>
/// <param name="Loss">The loss at a position, shape [n].</param>
internal sealed record CollectedFamily(string Name, Func<int, int, double> Start, Func<Tensor, Tensor> Loss)
{
    /// <summary>The same value everywhere.</summary>
    public static Func<int, int, double> Constant(double value) => (_, _) => value;

    /// <summary>Values in turn.</summary>
    public static Func<int, int, double> Pattern(params double[] values) => (i, _) => values[(i - 1) % values.Length];

    /// <summary>scale (2 u - 1) with u = frac(i^2 (sqrt(5) - 1) / 2).</summary>
    public static Func<int, int, double> Hashed(double scale) => (i, _) => scale * (2 * ((double)i * i * 0.6180339887498949 % 1.0) - 1);
}

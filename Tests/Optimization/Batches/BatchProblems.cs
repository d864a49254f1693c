using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Batches;

/// <summary>Functions over the last axis, for one vector and for many, and reproducible starts.</summary>
internal static class BatchProblems
{
    public static (Tensor Losses, Tensor Gradients) Himmelblau(Tensor x)
    {
        (Tensor a, Tensor b) = (x[TensorIndex.Ellipsis, 0], x[TensorIndex.Ellipsis, 1]);
        Tensor p = a * a + b - 11;
        Tensor q = a + b * b - 7;
        return (p * p + q * q, RawOps.Pack([4 * a * p + 2 * q, 2 * p + 4 * b * q], -1));
    }

    /// <summary>Pairs of variables.</summary>
    public static (Tensor Losses, Tensor Gradients) Rosenbrock(Tensor x)
    {
        Tensor a = x[TensorIndex.Ellipsis, TensorIndex.Slice(0, null, 2)];
        Tensor b = x[TensorIndex.Ellipsis, TensorIndex.Slice(1, null, 2)];
        Tensor t = b - a * a;
        Tensor gradient = RawOps.Pack([-400 * a * t - 2 * (1 - a), 200 * t], -1);
        return (SumLast(100 * t * t + (1 - a) * (1 - a)), RawOps.Reshape(gradient, RawOps.Shape(x)));
    }

    public static (Tensor Losses, Tensor Gradients) Rastrigin(Tensor x) =>
        (SumLast(x * x - 10 * RawOps.Cos(2 * Math.PI * x)) + 10.0 * x.Shape[^1], 2 * x + 20 * Math.PI * RawOps.Sin(2 * Math.PI * x));

    public static (Tensor Losses, Tensor Gradients) Of(string name, Tensor x) => name switch
    {
        "himmelblau" => Himmelblau(x),
        "rosenbrock" => Rosenbrock(x),
        "rastrigin" => Rastrigin(x),
        _ => throw new NotSupportedException(name),
    };

    public static Tensor SumLast(Tensor x) => RawOps.Sum(x, Tensor.From([-1]));

    /// <summary>Numbers between -reach and reach.</summary>
    public static double[] Numbers(int count, int seed, double reach)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Round((2 * random.NextDouble() - 1) * reach, 3))];
    }

    public static Tensor Starts(int members, int n, int seed, double reach = 4, DType dtype = DType.Float64) => dtype == DType.Float64
        ? Tensor.From<double>(Numbers(members * n, seed, reach), [members, n])
        : Tensor.From<float>([.. Numbers(members * n, seed, reach).Select(x => (float)x)], [members, n]);
}

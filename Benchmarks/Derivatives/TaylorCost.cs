using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Derivatives;

/// <summary>
/// u, u_x, u_xx, ... of the network of the workload <c>pinn</c> at its 2,000 points: nested tapes against one sweep of Taylor mode.
/// </summary>
internal static class TaylorCost
{
    private const int HighestOrder = 4;

    /// <summary>Measures orders 2 to 4, each way at once, traced and compiled, and prints a Markdown table.</summary>
    public static void Run()
    {
        using DenseNetwork network = new(PinnWorkload.Widths, DType.Float64, Tf.Tanh);
        double[,] inner = PinnWorkload.Inner();
        int count = inner.GetLength(0);
        using Tensor position = Tensor.From(PinnWorkload.Start()), t = Column(inner, 0, count), x = Column(inner, 1, count);
        Tensor[] variables;
        using (TensorScope scope = new())
            variables = Array.ConvertAll(network.Variables(position), scope.Keep);
        Tensor Network(Tensor at) => network.Forward(variables, Tf.Concat([t, at], 1));
        Console.WriteLine("| order | execution | nested tapes, ms | Taylor mode, ms | ratio | largest difference |");
        Console.WriteLine("|---|---|---|---|---|---|");
        for (int order = 2; order <= HighestOrder; order++)
        {
            int n = order;
            Tensor[] Nested(Tensor at) => NestedTapes(Network, at, n);
            Tensor[] Sweep(Tensor at)
            {
                using Tensor ones = Tf.OnesLike(at);
                return TfLbfgs.Gradients.Derivatives.Taylor(Network, at, ones, n);
            }

            Measure(order, "eager", x, Nested, Sweep);
            foreach (bool compile in (bool[])[false, true])
            {
                using Function nested = new((Tensor[] given) => Nested(given[0]), new FunctionOptions { Compile = compile });
                using Function sweep = new((Tensor[] given) => Sweep(given[0]), new FunctionOptions { Compile = compile });
                Measure(order, compile ? "compiled" : "traced", x, at => nested.Call(at), at => sweep.Call(at));
            }
        }

        foreach (Tensor variable in variables)
            variable.Dispose();
    }

    private static void Measure(int order, string execution, Tensor x, Func<Tensor, Tensor[]> nested, Func<Tensor, Tensor[]> sweep)
    {
        double difference = 0;
        using (TensorScope scope = new())
        {
            foreach ((Tensor a, Tensor b) in nested(x).Zip(sweep(x)))
                difference = Math.Max(difference, a.ToDoubles().Zip(b.ToDoubles(), (p, q) => Math.Abs(p - q) / (1 + Math.Abs(p))).Max());
        }

        double tapes = Timing.BestOf(() => Discard(nested, x), 5), taylor = Timing.BestOf(() => Discard(sweep, x), 5);
        Console.WriteLine(
            FormattableString.Invariant(
            $"| {order} | {execution} | {tapes * 1e3:F2} | {taylor * 1e3:F2} | {taylor / tapes:F2} | {difference:e1} |"));
    }

    private static void Discard(Func<Tensor, Tensor[]> derive, Tensor x)
    {
        using TensorScope scope = new();
        derive(x)[^1].ToDoubles();
    }

    /// <summary>Every derivative by a tape around the one before, each recorded once.</summary>
    private static Tensor[] NestedTapes(Func<Tensor, Tensor> f, Tensor x, int order)
    {
        if (order == 0)
            return [f(x)];
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor[] before = NestedTapes(f, x, order - 1);
        return [.. before, tape.Gradient(before[^1], x)];
    }

    private static Tensor Column(double[,] matrix, int column, int count)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => matrix[i, column])];
        return Tensor.From<double>(values, [count, 1]);
    }
}

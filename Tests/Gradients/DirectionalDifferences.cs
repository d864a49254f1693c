using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>
/// Compares first and second derivatives of an op with five-point differences along random directions, eagerly and traced: for ops whose
/// derivatives TensorFlow does not have, or has wrong.
/// </summary>
internal static class DirectionalDifferences
{
    /// <summary>Fails unless the derivatives agree.</summary>
    /// <param name="op">The op, of one output.</param>
    /// <param name="x">The inputs that have a gradient; float32 or float64.</param>
    /// <param name="step">The length of a step; smaller than the distance to the next kink.</param>
    /// <param name="tolerance">Relative to 1 or the derivative, the larger one.</param>
    /// <param name="second">Whether the second derivatives are compared too.</param>
    public static void Check(Func<Tensor[], Tensor> op, Tensor[] x, double step = 1e-3, double tolerance = 1e-8, bool second = true)
    {
        using TensorScope scope = new();
        Random random = new(7);
        Tensor u = Draw(random, op(x));
        Tensor[] v = Array.ConvertAll(x, tensor => Draw(random, tensor));
        Tensor[] d = [.. x.Append(u).Select(tensor => Draw(random, tensor))];
        foreach (bool traced in (bool[])[false, true])
        {
            (double[] first, double[] seconds) = Derivatives(op, x, u, v, d, second, traced);
            for (int i = 0; i < x.Length; i++)
            {
                double expected = Difference(t => Value(op, Moved(x, d, i, t), u), step);
                AssertNear(expected, first[i], tolerance, $"first derivative, input {i}, {(traced ? "traced" : "eager")}");
            }

            for (int i = 0; i < seconds.Length; i++)
            {
                double expected = i < x.Length
                    ? Difference(t => Slope(op, Moved(x, d, i, t), u, v), step)
                    : Difference(t => Slope(op, x, u + d[i] * t, v), step);
                AssertNear(expected, seconds[i], tolerance,
                    $"second derivative, {(i < x.Length ? $"input {i}" : "upstream")}, {(traced ? "traced" : "eager")}");
            }
        }
    }

    /// <summary>A tensor of normally distributed numbers.</summary>
    public static Tensor Normal(int seed, DType dtype, params long[] shape)
    {
        Random random = new(seed);
        double[] values = [.. Enumerable.Range(0, (int)((Shape)shape).ElementCount).Select(_ => Normal(random))];
        Tensor tensor = Tensor.From<double>(values, shape);
        return dtype == DType.Float64 ? tensor : RawOps.Cast(tensor, dtype);
    }

    private static (double[] First, double[] Second) Derivatives(Func<Tensor[], Tensor> op, Tensor[] x, Tensor u, Tensor[] v, Tensor[] d,
        bool second, bool traced)
    {
        Tensor[] Along(Tensor[] given)
        {
            (Tensor[] inputs, Tensor upstream) = (given[..x.Length], given[x.Length]);
            using GradientTape tape = new();
            foreach (Tensor tensor in given)
                tape.Watch(tensor);
            Tensor[] gradients = Gradients(op, inputs, upstream);
            List<Tensor> results = [.. gradients.Select((gradient, i) => Dot(gradient, d[i]))];
            if (second)
            {
                Tensor[] ofSlope =
                    tape.Gradient([Sum(gradients.Select((gradient, i) => Dot(gradient, v[i])))], given,
                        unconnected: UnconnectedGradients.Zero);
                results.AddRange(ofSlope.Select((gradient, i) => Dot(gradient, d[i])));
            }

            return [.. results];
        }

        Tensor[] all = [.. x, u];
        double[] values;
        if (traced)
        {
            using Function function = new(Along, new FunctionOptions { OptimizeGraph = false });
            values = Array.ConvertAll(function.Call(all), tensor => tensor.ToScalar<double>());
        }
        else
        {
            values = Array.ConvertAll(Along(all), tensor => tensor.ToScalar<double>());
        }

        return (values[..x.Length], values[x.Length..]);
    }

    private static Tensor[] Gradients(Func<Tensor[], Tensor> op, Tensor[] x, Tensor u)
    {
        using GradientTape tape = new();
        foreach (Tensor tensor in x)
            tape.Watch(tensor);
        return tape.Gradient([op(x)], x, [u], UnconnectedGradients.Zero);
    }

    private static double Value(Func<Tensor[], Tensor> op, Tensor[] x, Tensor u) => Dot(op(x), u).ToScalar<double>();

    private static double Slope(Func<Tensor[], Tensor> op, Tensor[] x, Tensor u, Tensor[] v) =>
        Sum(Gradients(op, x, u).Select((gradient, i) => Dot(gradient, v[i]))).ToScalar<double>();

    private static Tensor Sum(IEnumerable<Tensor> terms) => RawOps.AddN([.. terms]);

    /// <summary>The scalar product, summed in float64.</summary>
    private static Tensor Dot(Tensor a, Tensor b) => RawOps.Sum(
        RawOps.Cast(RawOps.Reshape(a, Tensor.From([-1L])), DType.Float64) * RawOps.Cast(RawOps.Reshape(b, Tensor.From([-1L])),
            DType.Float64), Tensor.From([0L]));

    private static Tensor[] Moved(Tensor[] x, Tensor[] d, int i, double t) =>
        [.. x.Select((tensor, k) => k == i ? tensor + d[k] * t : tensor)];

    private static double Difference(Func<double, double> f, double h) => (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);

    private static Tensor Draw(Random random, Tensor like)
    {
        double[] values = [.. Enumerable.Range(0, (int)like.Shape.ElementCount).Select(_ => Normal(random))];
        double length = Math.Max(1, Math.Sqrt(values.Sum(value => value * value)));
        Tensor tensor = Tensor.From<double>(Array.ConvertAll(values, value => value / length), like.Shape);
        return like.DType == DType.Float64 ? tensor : RawOps.Cast(tensor, like.DType);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void AssertNear(double expected, double actual, double tolerance, string what) => Assert.True(
        Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)),
        FormattableString.Invariant($"{what}: expected {expected:R}, received {actual:R}"));
}

using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

public class ForwardAccumulatorTests : LeakChecked
{
    private static readonly double[] X = [0.3, -0.7, 1.1], V = [1.0, 2.0, -0.5];

    [Fact]
    public void Jvp_AroundTape_IsTheHessianVectorProduct()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(X), v = Tensor.From(V);
        // f = sum(x^4): H = diag(12 x^2).
        Tensor product = Derivatives.HessianVectorProduct(t => Tf.ReduceSum(Tf.Pow(t, 4)), x, v);
        Assert.Equal(X.Zip(V, (a, b) => 12 * a * a * b), product.ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Jvp_InsideTape_IsDifferentiated()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(X), v = Tensor.From(V);
        using GradientTape tape = new();
        tape.Watch(x);
        using ForwardAccumulator accumulator = new(x, v);
        Tensor along = accumulator.Jvp(Tf.ReduceSum(Tf.Sin(x) * x));
        // The derivative of sum((cos(x) x + sin(x)) v).
        Assert.Equal(X.Zip(V, (a, b) => (2 * Math.Cos(a) - a * Math.Sin(a)) * b), tape.Gradient(along, x).ToDoubles(),
            (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Jvp_OfNestedAccumulators_IsTheSecondDerivative()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(X), v = Tensor.From(V);
        using ForwardAccumulator outer = new(x, v);
        using ForwardAccumulator inner = new(x, v);
        Tensor y = Tf.Exp(Tf.Sin(x));
        Tensor first = inner.Jvp(y);
        IEnumerable<double> expected = X.Zip(V, (a, b) => Math.Exp(Math.Sin(a)) * (Math.Cos(a) * Math.Cos(a) - Math.Sin(a)) * b * b);
        Assert.Equal(expected, outer.Jvp(first).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Jvp_OfVariable_ThroughEagerAndTracedCode_IsTheSame()
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.From(X), "w");
        Tensor v = Tensor.From(V);
        Tensor Compute() => Tf.ReduceSum(Tf.Tanh(w.Value * 2) * w.Value);
        double Along(Func<Tensor> compute)
        {
            using ForwardAccumulator accumulator = new(w, v);
            return accumulator.Jvp(compute()).ToDouble();
        }

        double expected = X.Zip(V, (a, b) => (2 * (1 - Math.Pow(Math.Tanh(2 * a), 2)) * a + Math.Tanh(2 * a)) * b).Sum();
        using Function function = new((Tensor[] _) => [Compute()]);
        Assert.Equal(expected, Along(Compute), 12);
        Assert.Equal(expected, Along(() => function.Call()[0]), 12);
        using Function inside = new((Tensor[] given) =>
        {
            using ForwardAccumulator accumulator = new(given[0], given[1]);
            return [accumulator.Jvp(Tf.Exp(given[0]))];
        });
        Assert.Equal(X.Zip(V, (a, b) => Math.Exp(a) * b), inside.Call(Tensor.From(X), v)[0].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void Jvp_OfUnconnected_ThrowsOrIsNullOrZero()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(X), z = Tensor.From(V);
        using ForwardAccumulator accumulator = new(x, z);
        Tensor y = z * 2, stopped = Tf.StopGradient(x);
        foreach (Tensor target in (Tensor[])[y, stopped])
        {
            Assert.Null(accumulator.JvpOrNull(target));
            Assert.Equal([0.0, 0.0, 0.0], accumulator.Jvp(target, UnconnectedGradients.Zero).ToDoubles());
            Assert.Contains("does not depend on a primal", Assert.Throws<TfLbfgsException>(() => accumulator.Jvp(target)).Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(V, accumulator.Jvp(x).ToDoubles());
    }

    [Fact]
    public void Constructor_OfWrongTangent_Throws()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(X);
        Assert.Throws<TfLbfgsException>(() => new ForwardAccumulator(x, Tensor.From([1.0, 2.0])));
        Assert.Throws<TfLbfgsException>(() => new ForwardAccumulator(x, Tensor.From([1f, 2f, 3f])));
        Assert.Throws<TfLbfgsException>(() => new ForwardAccumulator([x], []));
    }

    [Fact]
    public void Dispose_FreesTheTangents()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(X), v = Tensor.From(V);
        long before = LiveHandles.Total;
        using (ForwardAccumulator accumulator = new(x, v))
        {
            using TensorScope inner = new();
            accumulator.Jvp(Tf.Exp(Tf.Tanh(x)));
        }

        Assert.Equal(before, LiveHandles.Total);
    }
}

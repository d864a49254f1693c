using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

public class TaylorAccumulatorTests : LeakChecked
{
    private const int Order = 5;

    public static TheoryData<string> Functions() => [.. Elementary.Keys];

    /// <summary>Every rule, composed with something curved, so that all coefficients of its argument count.</summary>
    private static Dictionary<string, Func<Tensor, Tensor>> Elementary { get; } = new()
    {
        ["Exp"] = x => Tf.Exp(Curve(x)),
        ["Expm1"] = x => RawOps.Expm1(Curve(x)),
        ["Log"] = x => RawOps.Log(Curve(x)),
        ["Log1p"] = x => RawOps.Log1p(Curve(x)),
        ["Sin"] = x => Tf.Sin(Curve(x)),
        ["Cos"] = x => Tf.Cos(Curve(x)),
        ["Sinh"] = x => RawOps.Sinh(Curve(x)),
        ["Cosh"] = x => RawOps.Cosh(Curve(x)),
        ["Tanh"] = x => Tf.Tanh(Curve(x)),
        ["Sigmoid"] = x => RawOps.Sigmoid(Curve(x)),
        ["TanhGrad"] = x => RawOps.TanhGrad(Curve(x), Tf.Sin(x)),
        ["SigmoidGrad"] = x => RawOps.SigmoidGrad(Curve(x), Tf.Sin(x)),
        ["Slope"] = x => Derivatives.JacobianVectorProduct(at => Tf.Tanh(Curve(at)), x, Tf.OnesLike(x)),
        ["Softplus"] = x => RawOps.Softplus(Curve(x)),
        ["Erf"] = x => RawOps.Erf(Curve(x)),
        ["Erfc"] = x => RawOps.Erfc(Curve(x)),
        ["Atan"] = x => RawOps.Atan(Curve(x)),
        ["Square"] = x => Tf.Square(Curve(x)),
        ["Sqrt"] = x => Tf.Sqrt(Curve(x)),
        ["Rsqrt"] = x => RawOps.Rsqrt(Curve(x)),
        ["Reciprocal"] = x => RawOps.Reciprocal(Curve(x)),
        ["Relu"] = x => RawOps.Relu(Curve(x)) - RawOps.Relu(-Curve(x)),
        ["Abs"] = x => Tf.Abs(-Curve(x)),
        ["Pow3"] = x => Tf.Pow(Curve(x), 3),
        ["Pow2.5"] = x => Tf.Pow(Curve(x), 2.5),
        ["Mul"] = x => Curve(x) * Tf.Sin(x) * 3,
        ["RealDiv"] = x => Tf.Sin(x) / Curve(x),
        ["Divide a number"] = x => 2 / Curve(x),
        ["Sub"] = x => 1 - Curve(x) - (Tf.Sin(x) - 2),
        ["SquaredDifference"] = x => RawOps.SquaredDifference(Curve(x), Tf.Sin(x)),
        ["MatMul"] = x => Tf.MatMul(Curve(x), Curve(x), transposeB: true),
        ["Einsum"] = x => Tf.Einsum("ij,kj->ik", Curve(x), Tf.Sin(x)),
        ["Concat and slice"] = x => Tf.Concat([Curve(x), x], 1)[.., ..1] * 2,
        ["Sum"] = x => Tf.ReduceSum(Curve(x), 0, keepDims: true) + x,
        ["Linear"] = x => 3 * x + 1,
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Derivatives_ToFifthOrder_EqualNestedTapes(string name)
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(new[,] { { 0.4 }, { 1.3 } });
        Tensor[] found = Derivatives.Taylor(Elementary[name], x, Tensor.Ones([2, 1], DType.Float64), Order);
        // Along ones: each nested derivative is that of the forward mode of the one before.
        Func<Tensor, Tensor> f = Elementary[name];
        for (int k = 0; k <= Order; k++)
        {
            double[] expected = f(x).ToDoubles();
            Assert.Equal(expected, found[k].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-9 * (1 + Math.Abs(a)));
            Func<Tensor, Tensor> before = f;
            f = t => Derivatives.JacobianVectorProduct(before, t, Tf.OnesLike(t));
        }
    }

    [Fact]
    public void Derivatives_OfDenseNetwork_EqualNestedTapesEagerlyAndTraced()
    {
        using TensorScope scope = new();
        Tensor w1 = Tensor.From(new[,] { { 0.5, -1.2, 0.8 }, { 0.3, 0.7, -0.4 } }), b1 = Tensor.From([0.1, -0.2, 0.3]),
            w2 = Tensor.From(new[,] { { 1.1 }, { -0.6 }, { 0.9 } });
        Tensor x = Tensor.From(new[,] { { 0.2 }, { -0.5 }, { 0.9 } }), t = Tensor.From(new[,] { { 0.1 }, { 0.4 }, { 0.7 } });
        Tensor Net(Tensor at) => Tf.MatMul(Tf.Tanh(Tf.MatMul(Tf.Concat([at, t], 1), w1) + b1), w2);
        Tensor[] Sweep(Tensor at) => Derivatives.Taylor(Net, at, Tf.OnesLike(at), 4);
        Tensor[] eager = Sweep(x);
        using Function function = new((Tensor[] given) => Sweep(given[0]));
        Tensor[] traced = function.Call(x);
        Func<Tensor, Tensor> f = Net;
        for (int k = 0; k <= 4; k++)
        {
            double[] expected = f(x).ToDoubles();
            Assert.Equal(expected, eager[k].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-10 * (1 + Math.Abs(a)));
            Assert.Equal(expected, traced[k].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-10 * (1 + Math.Abs(a)));
            Func<Tensor, Tensor> before = f;
            f = at => Derivatives.Gradient(before, at);
        }
    }

    [Fact]
    public void Derivatives_InsideTape_HaveGradientsOfTheWeights()
    {
        using TensorScope scope = new();
        Tensor w = Tensor.Scalar(0.7), x = Tensor.From([0.3, -1.0]);
        using GradientTape tape = new();
        tape.Watch(w);
        using TaylorAccumulator taylor = new(x, Tf.OnesLike(x), 2);
        Tensor[] u = taylor.Derivatives(Tf.Sin(w * x));
        // u'' = -w^2 sin(w x).
        Tensor gradient = tape.Gradient(Tf.ReduceSum(u[2]), w);
        double expected = x.ToDoubles().Sum(a => -2 * 0.7 * Math.Sin(0.7 * a) - 0.49 * a * Math.Cos(0.7 * a));
        Assert.Equal(expected, gradient.ToDouble(), 12);
    }

    [Fact]
    public void Derivatives_OfPowerAtZero_AreFinite()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Scalar(0.0);
        Assert.Equal([0.0, 0, 0, 6, 0], Derivatives.Taylor(t => Tf.Pow(t, 3), x, Tensor.Scalar(1.0), 4).Select(d => d.ToDouble()));
    }

    [Fact]
    public void Executed_OfOpWithoutRule_NamesIt()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([0.3, 0.4]);
        using TaylorAccumulator taylor = new(x, x, 2);
        Assert.Contains("The op Lgamma has no Taylor rule", Assert.Throws<TfLbfgsException>(() => RawOps.Lgamma(x)).Message,
            StringComparison.Ordinal);
        Tensor free = Tf.Exp(Tensor.Scalar(1.0));
        Assert.Contains("does not depend", Assert.Throws<TfLbfgsException>(() => taylor.Derivatives(free)).Message,
            StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => new TaylorAccumulator(x, x, 0));
    }

    [Fact]
    public void Dispose_FreesTheCoefficients()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([0.3, 0.4]);
        long before = LiveHandles.Total;
        using (TaylorAccumulator taylor = new(x, x, 3))
        {
            using TensorScope inner = new();
            taylor.Derivatives(Tf.Exp(Tf.Tanh(x)));
        }

        Assert.Equal(before, LiveHandles.Total);
    }

    private static Tensor Curve(Tensor x) => x * x * 0.5 + x + 0.7;
}

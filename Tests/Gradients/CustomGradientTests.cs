using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

public class CustomGradientTests : LeakChecked
{
    /// <summary>log(1 + e^x), whose own derivative is NaN for large x; Python's example.</summary>
    private static readonly Func<Tensor, Tensor> Log1pExp = CustomGradient.Create(x =>
    {
        Tensor e = Tf.Exp(x);
        return (RawOps.Log(1 + e), upstream => upstream * (1 - 1 / (1 + e)));
    });

    [Fact]
    public void Create_OfStableFunction_HasItsGradientEagerlyAndTraced()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([0.5, 1000.0]);
        Tensor Slope(Tensor at)
        {
            using GradientTape tape = new();
            tape.Watch(at);
            return tape.Gradient(Log1pExp(at), at);
        }

        Assert.Equal([1 / (1 + Math.Exp(-0.5)), 1], Slope(x).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-15);
        using Function function = new(Slope);
        Assert.Equal([1 / (1 + Math.Exp(-0.5)), 1], function.Call(x)[0].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-15);
        using GradientTape outside = new();
        outside.Watch(x);
        using Function value = new(Log1pExp);
        Assert.Equal([1 / (1 + Math.Exp(-0.5)), 1], outside.Gradient(value.Call(x)[0], x).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Create_ToThirdOrder_DifferentiatesTheGradientFunction()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Scalar(0.5);
        using GradientTape third = new(), second = new(), first = new();
        foreach (GradientTape tape in (GradientTape[])[third, second, first])
            tape.Watch(x);
        Tensor d1 = first.Gradient(Log1pExp(x), x);
        Tensor d2 = second.Gradient(d1, x);
        Tensor d3 = third.Gradient(d2, x);
        double s = 1 / (1 + Math.Exp(-0.5));
        Assert.Equal([s, s * (1 - s), s * (1 - s) * (1 - 2 * s)], new[] { d1, d2, d3 }.Select(d => d.ToDouble()),
            (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void Create_WithinAnother_UsesTheOuterGradient()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Scalar(2.0);
        Func<Tensor, Tensor> inner = CustomGradient.Create(t => (t * t, upstream => upstream * 10));
        Func<Tensor, Tensor> outer = CustomGradient.Create(t => (inner(t) * 3, upstream => upstream * 100));
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        Tensor plain = inner(x) * 3, wrapped = outer(x);
        Assert.Equal([12.0, 12.0], [plain.ToDouble(), wrapped.ToDouble()]);
        Assert.Equal([30.0, 100.0], [tape.Gradient(plain, x).ToDouble(), tape.Gradient(wrapped, x).ToDouble()]);
    }

    [Fact]
    public void CreateMany_OfVariables_ReturnsTheirGradients()
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.Scalar(5.0), "w");
        Tensor x = Tensor.Scalar(2.0);
        Func<IReadOnlyList<Tensor>, Tensor[]> f = CustomGradient.CreateMany(
            inputs => ([inputs[0] * w.Value, inputs[0] + inputs[1]],
                upstream => [upstream[0] * 3, null, upstream[0] * 4 + upstream[1]]), [w]);
        using GradientTape second = new(persistent: true);
        second.Watch(x);
        Tensor[] y = f([x, x]);
        Assert.Equal([10.0, 4.0], y.Select(t => t.ToDouble()));
        Assert.Equal(3.0, second.Gradient(y[0], x).ToDouble());
        Assert.Equal(4.0, second.Gradient(y[0], w).ToDouble());
        Assert.Equal(5.0, second.Gradient(y[0] + y[1], w).ToDouble());
    }

    [Fact]
    public void CreateMany_OfUnnamedVariable_Throws()
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.Scalar(5.0), "w");
        Tensor x = Tensor.Scalar(2.0);
        Func<Tensor, Tensor> f = CustomGradient.Create(t => (t * w.Value, upstream => upstream));
        Assert.Contains("trainable variable", Assert.Throws<TfLbfgsException>(() => f(x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradient_AfterScopeOfTheBodyEnded_StillHasItsTensors()
    {
        using Tensor x = Tensor.Scalar(0.5);
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y;
        using (TensorScope scope = new())
            y = scope.Keep(Log1pExp(x));
        using Tensor g = tape.Gradient(y, x);
        Assert.Equal(1 / (1 + Math.Exp(-0.5)), g.ToDouble(), 15);
        y.Dispose();
    }

    [Fact]
    public void Gradient_OfWrongNumber_SaysHowMany()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Scalar(2.0);
        Func<IReadOnlyList<Tensor>, Tensor[]> f = CustomGradient.CreateMany(inputs => ([inputs[0] * 2], _ => []));
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = f([x])[0];
        Assert.Contains("received 0", Assert.Throws<TfLbfgsException>(() => tape.Gradient(y, x)).Message, StringComparison.Ordinal);
    }
}

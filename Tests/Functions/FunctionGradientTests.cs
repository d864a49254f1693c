using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Functions;

/// <summary>A tape around a call sees through it, as if the code stood there.</summary>
public sealed class FunctionGradientTests : LeakChecked
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradient_ThroughACall_FirstAndSecondOrderWithCapturedVariable(bool compile)
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(2.0));
        using Function f = new(x => RawOps.Tanh(x * v.Value) * v.Value, new FunctionOptions { Compile = compile });
        Tensor x = Tensor.Scalar(0.3);
        using GradientTape outer = new(persistent: true);
        outer.Watch(x);
        using GradientTape inner = new(persistent: true);
        inner.Watch(x);
        Tensor y = f.Call(x)[0];
        Tensor dx = inner.Gradient(y, x);
        Tensor dv = inner.Gradient(y, [v])[0];
        double t = Math.Tanh(0.6), s = 1 - t * t;
        Assert.Equal(4 * s, dx.ToDouble(), 12);
        Assert.Equal(t + 2 * 0.3 * s, dv.ToDouble(), 12);
        Assert.Equal(-2 * t * s * 8, outer.Gradient(dx, x).ToDouble(), 12);
        // d2y/dxdv = 2 v s - 2 t s v^2 x, from both sides.
        double mixed = 2 * 2 * s - 2 * t * s * 4 * 0.3;
        Assert.Equal(mixed, outer.Gradient(dx, [v])[0].ToDouble(), 12);
        Assert.Equal(mixed, outer.Gradient(dv, x).ToDouble(), 12);
    }

    [Fact]
    public void Gradient_CapturedTensor_FlowsToIt()
    {
        using TensorScope scope = new();
        Tensor factor = Tensor.From([2.0, 3.0]);
        using Function f = new(x => x * factor);
        Tensor x = Tensor.From([5.0, 7.0]);
        using GradientTape tape = new(persistent: true);
        tape.Watch(factor);
        Tensor y = f.Call(x)[0];
        Assert.Equal([5.0, 7.0], tape.Gradient(y, factor).ToArray<double>());
    }

    [Fact]
    public void Gradient_OutputThatDoesNotDependOnTheInput_IsNull()
    {
        using TensorScope scope = new();
        using Function f = new((Tensor[] inputs) => [inputs[0] * 2, inputs[1] * 3]);
        Tensor a = Tensor.Scalar(1.0), b = Tensor.Scalar(1.0);
        using GradientTape tape = new(persistent: true);
        tape.Watch(a);
        tape.Watch(b);
        Tensor[] y = f.Call(a, b);
        Assert.Equal(2.0, tape.Gradient(y[0], a).ToDouble());
        Assert.Equal(3.0, tape.Gradient(y[1], b).ToDouble());
        using Function constant = new(x => RawOps.StopGradient(x));
        Tensor z = constant.Call(a)[0];
        Assert.Null(tape.GradientOrNull(z, a));
    }

    [Fact]
    public void Gradient_FunctionEvictedAndDisposedMeanwhile_StillWorks()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(3.0));
        Tensor factor = Tensor.Scalar(2.0);
        Function f = new(x => x * x * v.Value * factor, new FunctionOptions { CacheSize = 1 });
        Tensor x = Tensor.Scalar(5.0);
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = f.Call(x)[0];
        f.Call(Tensor.From([1.0, 2.0]));
        f.Dispose();
        factor.Dispose();
        Assert.Equal(2 * 5.0 * 3 * 2, tape.Gradient(y, x).ToDouble());
    }

    [Fact]
    public void Gradient_FunctionWithEffects_IsRefusedWithTheReason()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(3.0));
        using Function f = new(
            x =>
            {
                v.AssignAdd(Tensor.Scalar(1.0));
                return x * v.Value;
            },
            new FunctionOptions { Name = "counts" });
        Tensor x = Tensor.Scalar(5.0);
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = f.Call(x)[0];
        Assert.Equal(20.0, y.ToDouble());
        Assert.Contains("'counts'", Assert.Throws<TfLbfgsException>(() => tape.Gradient(y, x)).Message, StringComparison.Ordinal);
        Assert.Equal(4.0, v.Value.ToDouble());
    }

    [Fact]
    public void Gradient_InsideAFunction_IsTracedFirstAndSecondOrder()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(2.0));
        using Function second = new((Tensor[] inputs) =>
        {
            using GradientTape outer = new();
            outer.Watch(inputs[0]);
            using GradientTape inner = new();
            inner.Watch(inputs[0]);
            Tensor y = inputs[0] * inputs[0] * inputs[0] * v.Value;
            Tensor first = inner.Gradient(y, inputs[0]);
            return [first, outer.Gradient(first, inputs[0])];
        });
        Tensor[] result = second.Call(Tensor.Scalar(3.0));
        Assert.Equal(54.0, result[0].ToDouble());
        Assert.Equal(36.0, result[1].ToDouble());
        v.Assign(Tensor.Scalar(1.0));
        Assert.Equal(27.0, second.Call(Tensor.Scalar(3.0))[0].ToDouble());
    }
}

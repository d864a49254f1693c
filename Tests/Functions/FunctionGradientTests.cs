using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
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

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Gradient_VariableAssignedMeanwhile_IsThatOfTheValuesRead(bool persistent, bool compile)
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.From([2.0]), "w");
        using Function square = new(x => Tf.ReduceSum(w.Value * w.Value * x), new FunctionOptions { Compile = compile });
        Tensor one = Tensor.Scalar(1.0);
        using GradientTape tape = new(persistent);
        tape.Watch(one);
        Tensor z = square.Call(one)[0];
        w.Assign(Tensor.From([100.0]));
        Tensor[] g = tape.Gradient([z], [one, w.Handle]);
        Assert.Equal([4.0, 4.0, 4.0], [z.ToDouble(), g[0].ToDouble(), g[1].ToDoubles()[0]]);
        if (persistent)
            Assert.Equal(4.0, tape.Gradient(z, w).ToDoubles()[0]);
    }

    [Fact]
    public void Gradient_OfHigherOrder_VariableAssignedMeanwhile_IsThatOfTheValuesRead()
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.Scalar(2.0), "w");
        using Function cube = new(x => w.Value * w.Value * w.Value * x * x);
        Tensor x = Tensor.Scalar(3.0);
        using GradientTape third = new(), second = new(), first = new();
        foreach (GradientTape tape in (GradientTape[])[third, second, first])
            tape.Watch(x);
        Tensor y = cube.Call(x)[0];
        w.Assign(Tensor.Scalar(100.0));
        Tensor dx = first.Gradient(y, x);
        w.Assign(Tensor.Scalar(-7.0));
        Tensor dxdw = second.Gradient(dx, w);
        w.Assign(Tensor.Scalar(0.0));
        // y = w^3 x^2: 2 w^3 x, 6 w^2 x, and with respect to x once more 6 w^2.
        Assert.Equal([72.0, 48.0, 72.0, 24.0], [y.ToDouble(), dx.ToDouble(), dxdw.ToDouble(), third.Gradient(dxdw, x).ToDouble()],
            (a, b) => Math.Abs(a - b) < 1e-10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradient_FunctionWithEffects_IsThatOfTheOneRun(bool persistent)
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(3.0));
        using Function f = new(x =>
        {
            v.AssignAdd(Tensor.Scalar(1.0));
            return x * v.Value;
        });
        Tensor x = Tensor.Scalar(5.0);
        using GradientTape tape = new(persistent);
        tape.Watch(x);
        Tensor y = f.Call(x)[0];
        Assert.Equal(20.0, y.ToDouble());
        Assert.Equal(4.0, tape.Gradient(y, x).ToDouble());
        Assert.Equal(4.0, v.Value.ToDouble());
        // Without a tape the plain function runs, once too.
        Assert.Equal(25.0, f.Call(x)[0].ToDouble());
    }

    [Fact]
    public void Gradient_FunctionThatDrawsRandomNumbers_IsThatOfTheNumbersDrawn()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Ones([50], DType.Float64);
        using Function dropout = new(t => t * RawOps.Cast(RawOps.RandomUniform(Tensor.Vector([50L]), DType.Float64) > 0.5, DType.Float64));
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = dropout.Call(x)[0];
        Assert.Equal(y.ToDoubles(), tape.Gradient(y, x).ToDoubles());
    }

    [Fact]
    public void Gradient_ThroughTwoCallsOfOneFunction_SharesItsTraces()
    {
        using TensorScope scope = new();
        int runs = 0;
        using Function f = new(x =>
        {
            runs++;
            return Tf.Sin(x);
        });
        Tensor x = Tensor.Scalar(0.3);
        for (int i = 0; i < 3; i++)
        {
            using GradientTape tape = new();
            tape.Watch(x);
            Tensor y = f.Call(f.Call(x)[0])[0];
            Assert.Equal(Math.Cos(Math.Sin(0.3)) * Math.Cos(0.3), tape.Gradient(y, x).ToDouble(), 14);
        }

        // Once for the call, once for the form that a tape records.
        Assert.Equal(2, runs);
    }

    [Fact]
    public void Call_OfItselfWhileTraced_IsRefusedWithASentence()
    {
        using TensorScope scope = new();
        Function? self = null;
        using Function direct = self = new(x => self!.Call(x)[0] + 1, new FunctionOptions { Name = "endless" });
        using Function first = new(x => x * 2);
        Tensor x = Tensor.Scalar(1.0);
        string message = Assert.Throws<TfLbfgsException>(() => direct.Call(x)).Message;
        Assert.Contains("'endless'", message, StringComparison.Ordinal);
        Assert.Contains("calls itself while it is traced", message, StringComparison.Ordinal);
        Function? back = null;
        using Function there = new(t => back!.Call(t)[0]);
        using Function here = back = new(t => there.Call(t)[0]);
        Assert.Contains("calls itself", Assert.Throws<TfLbfgsException>(() => here.Call(x)).Message, StringComparison.Ordinal);
        // A function that failed can be called again, and two calls side by side are no recursion.
        Assert.Throws<TfLbfgsException>(() => direct.Call(x));
        using Function twice = new(t => first.Call(first.Call(t)[0])[0]);
        Assert.Equal(4.0, twice.Call(x)[0].ToDouble());
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

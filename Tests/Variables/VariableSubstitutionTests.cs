using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Variables;

public sealed class VariableSubstitutionTests : LeakChecked
{
    [Fact]
    public void Value_InsideASubstitution_IsTheTensorAndTheVariableStaysAsItIs()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(1.0));
        using (new VariableSubstitution([v], [Tensor.Scalar(5.0)]))
        {
            Assert.Equal(5.0, v.Value.ToDouble());
            using (new VariableSubstitution([v], [Tensor.Scalar(7.0)]))
                Assert.Equal(7.0, v.Value.ToDouble());
            Assert.Equal(5.0, v.Value.ToDouble());
            OtherThread.Run(() =>
            {
                using Tensor other = v.Value;
                Assert.Equal(1.0, other.ToDouble());
            });
        }

        Assert.Equal(1.0, v.Value.ToDouble());
    }

    [Fact]
    public void Gradient_WithRespectToTheSubstitute_FlowsThroughTheCode()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(1.0));
        Tensor p = Tensor.Scalar(3.0);
        using GradientTape tape = new();
        tape.Watch(p);
        Tensor y;
        using (new VariableSubstitution([v], [p]))
            y = v.Value * v.Value;
        Assert.Equal(6.0, tape.Gradient(y, p).ToDouble());
    }

    [Fact]
    public void Function_TracedOutside_SeesTheSubstituteAndForgetsIt()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(1.0));
        using Function f = new(x => x * v.Value);
        using Function g = new(x => x + v.Value);
        Tensor ten = Tensor.Scalar(10.0);
        Assert.Equal(10.0, f.Call(ten)[0].ToDouble());
        using (new VariableSubstitution([v], [Tensor.Scalar(5.0)]))
        {
            Assert.Equal(50.0, f.Call(ten)[0].ToDouble());
            Assert.Equal(15.0, g.Call(ten)[0].ToDouble());
        }

        Assert.Equal(10.0, f.Call(ten)[0].ToDouble());
        Assert.Equal(11.0, g.Call(ten)[0].ToDouble());
    }

    [Fact]
    public void Constructor_WhatDoesNotFit_NamesTheVariable()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.From([1.0, 2.0]), "w");
        Assert.Contains("Variable w", Assert.Throws<TfLbfgsException>(() => new VariableSubstitution([v], [Tensor.Scalar(1.0)])).Message,
            StringComparison.Ordinal);
        Assert.Contains("float32", Assert.Throws<TfLbfgsException>(() => new VariableSubstitution([v], [Tensor.From([1f, 2f])])).Message,
            StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => new VariableSubstitution([v], []));
    }

    [Fact]
    public void Dispose_OutOfOrderOrOnAnotherThread_Throws()
    {
        using VariableSubstitution outer = new([], []);
        using VariableSubstitution inner = new([], []);
        Assert.Contains("inner one first", Assert.Throws<TfLbfgsException>(outer.Dispose).Message, StringComparison.Ordinal);
        OtherThread.Run(() => Assert.Throws<TfLbfgsException>(inner.Dispose));
    }
}

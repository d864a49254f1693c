using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Tensors;

public sealed class TensorScopeTests : LeakChecked
{
    [Fact]
    public void Dispose_WhatWasMadeInside_IsFreedExceptWhatWasKept()
    {
        Tensor before = Tensor.Scalar(1.0);
        Tensor made, kept;
        using (TensorScope scope = new())
        {
            made = before + 1;
            kept = scope.Keep(before + 2);
            Assert.Equal(1, scope.Count);
        }

        Assert.Throws<TfLbfgsException>(() => made.ToDouble());
        Assert.Equal(3.0, kept.ToDouble());
        Assert.Equal(1.0, before.ToDouble());
        kept.Dispose();
        before.Dispose();
    }

    [Fact]
    public void Keep_InNestedScopes_PassesToTheOuterOne()
    {
        Tensor kept;
        using (TensorScope outer = new())
        {
            using (new TensorScope())
                kept = Tensor.Scalar(1.0).Keep();
            Assert.Equal(1, outer.Count);
            Assert.Equal(1.0, kept.ToDouble());
        }

        Assert.Throws<TfLbfgsException>(() => kept.ToDouble());
    }

    [Fact]
    public void Keep_TwiceOut_LivesOnBeyondAllScopes()
    {
        Tensor kept;
        using (new TensorScope())
        {
            using (new TensorScope())
                kept = Tensor.Scalar(1.0).Keep();
            kept.Keep();
        }

        Assert.Equal(1.0, kept.ToDouble());
        kept.Dispose();
    }

    [Fact]
    public void Dispose_TensorInsideAnOpenScope_LeavesNoTraceInIt()
    {
        using TensorScope scope = new();
        for (int i = 0; i < 100; i++)
        {
            using Tensor one = Tensor.Scalar(1.0);
            using Tensor two = one + one;
        }

        Assert.Equal(0, scope.Count);
    }

    [Fact]
    public void Dispose_OuterScopeFirst_Throws()
    {
        TensorScope outer = new();
        using (TensorScope inner = new())
            Assert.Contains("inner scope first", Assert.Throws<TfLbfgsException>(outer.Dispose).Message, StringComparison.Ordinal);
        outer.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void DisposeAndKeep_OnAnotherThread_Throw()
    {
        using TensorScope scope = new();
        Tensor tensor = Tensor.Scalar(1.0);
        OtherThread.Run(() =>
        {
            Assert.Contains("thread", Assert.Throws<TfLbfgsException>(scope.Dispose).Message, StringComparison.Ordinal);
            Assert.Contains("thread", Assert.Throws<TfLbfgsException>(() => scope.Keep(tensor)).Message, StringComparison.Ordinal);
            tensor.Dispose();
        });
    }

    [Fact]
    public void Dispose_IntermediatesOnATape_DoesNotBreakTheGradient()
    {
        using Tensor x = Tensor.From([1.0, 2.0]);
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y;
        using (TensorScope scope = new())
            y = scope.Keep(RawOps.Sum(RawOps.Square(x * 2), Tensor.From([0])));
        using Tensor gradient = tape.Gradient(y, x);
        Assert.Equal([8.0, 16.0], gradient.ToArray<double>());
        y.Dispose();
    }

    [Fact]
    public void Scope_AroundATrace_HoldsNoSymbolicTensor()
    {
        using TensorScope scope = new();
        using Function f = new(x => x * 2 + 1);
        using Tensor one = Tensor.Scalar(1.0);
        using Tensor y = f.Call(one)[0];
        // The argument and the result, nothing of the trace.
        Assert.Equal(2, scope.Count);
    }
}

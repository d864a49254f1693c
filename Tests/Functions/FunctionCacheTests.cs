using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Functions;

public sealed class FunctionCacheTests : LeakChecked
{
    [Fact]
    public void Call_CodeThatNeedsTheSize_IsTracedForEachSize()
    {
        using TensorScope scope = new();
        List<RetraceReport> reports = [];
        using Function mean =
            new(x => RawOps.Sum(x, Tensor.From([0])) / x.Shape.ElementCount, new FunctionOptions { Retraced = reports.Add });
        for (int n = 1; n <= 6; n++)
            Assert.Equal(1.0, mean.Call(Tensor.Ones([n], DType.Float64))[0].ToDouble());
        Assert.Equal(6, mean.TraceCount);
        Assert.Contains("needs to know it", reports[^1].Reason, StringComparison.Ordinal);
        Assert.Equal("float64(6,)", reports[^1].Signature);
    }

    [Fact]
    public void Call_OtherDTypeOrRank_IsANewTrace()
    {
        using TensorScope scope = new();
        using Function twice = new(x => x * 2);
        Assert.Equal(2f, twice.Call(Tensor.Scalar(1f))[0].ToScalar<float>());
        Assert.Equal(2.0, twice.Call(Tensor.Scalar(1.0))[0].ToScalar<double>());
        Assert.Equal(2, twice.Call(Tensor.Scalar(1))[0].ToScalar<int>());
        Assert.Equal([2.0], twice.Call(Tensor.From([1.0]))[0].ToArray<double>());
        Assert.Equal(4, twice.TraceCount);
    }

    [Fact]
    public void Call_RelaxedUnderXla_SpecializesAndStaysRight()
    {
        using TensorScope scope = new();
        using Function f = new(x => x * 2 + 1, new FunctionOptions { Compile = true });
        for (int n = 1; n <= 6; n++)
            Assert.Equal(Enumerable.Repeat(3.0, n), f.Call(Tensor.Ones([n], DType.Float64))[0].ToArray<double>());
        Assert.Equal(4, f.TraceCount);
    }

    [Fact]
    public void Call_WhileOtherThreadsEvict_IsAlwaysRight()
    {
        using Variable bias = Make();
        using Function f = new(x => x * 2 + bias.Value, new FunctionOptions { CacheSize = 1 });
        List<Exception> errors = [];
        List<Thread> threads = [];
        for (int t = 0; t < 4; t++)
        {
            int rank = t;
            Thread thread = new(() =>
            {
                try
                {
                    long[] dims = [.. Enumerable.Repeat(1L, rank)];
                    for (int i = 0; i < 150; i++)
                    {
                        using Tensor x = Tensor.From<double>([i], dims);
                        using Tensor y = f.Call(x)[0];
                        Assert.Equal(2.0 * i + 1, y.ToDouble());
                    }
                }
                catch (Exception e)
                {
                    lock (errors)
                        errors.Add(e);
                }
            });
            threads.Add(thread);
            thread.Start();
        }

        threads.ForEach(thread => thread.Join());
        Assert.Empty(errors);
        Assert.Equal(1, f.CachedTraces);
    }

    [Fact]
    public void Dispose_WhileAnotherThreadCalls_EndsInAClearError()
    {
        using Tensor one = Tensor.Scalar(1.0);
        for (int round = 0; round < 20; round++)
        {
            Function f = new(x => x + 1);
            f.Call(one)[0].Dispose();
            Exception? thrown = null;
            Thread thread = new(() =>
            {
                try
                {
                    while (true)
                        f.Call(one)[0].Dispose();
                }
                catch (Exception e)
                {
                    thrown = e;
                }
            });
            thread.Start();
            Thread.Sleep(1);
            f.Dispose();
            thread.Join();
            Assert.Contains("was disposed", Assert.IsType<TfLbfgsException>(thrown).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Call_DisposedFunctionInsideATrace_Throws()
    {
        using TensorScope scope = new();
        Function inner = new(x => x + 1, new FunctionOptions { Name = "inner" });
        inner.Dispose();
        using Function outer = new(x => inner.Call(x)[0]);
        Assert.Contains("'inner'", Assert.Throws<TfLbfgsException>(() => outer.Call(Tensor.Scalar(1.0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_ThrowsWhileTracing_CanBeCalledAgainAndLeavesNoHandles()
    {
        using TensorScope scope = new();
        bool fail = true;
        Tensor captured = Tensor.Scalar(2.0);
        using Function f = new(x =>
        {
            Tensor y = x * captured;
            return fail ? throw new InvalidOperationException("once") : y;
        });
        long live = LiveHandles.Total;
        Tensor one = Tensor.Scalar(1.0);
        Assert.Throws<InvalidOperationException>(() => f.Call(one));
        Assert.Throws<InvalidOperationException>(() => f.Call(one));
        Assert.Equal(live + 1, LiveHandles.Total);
        fail = false;
        Assert.Equal(2.0, f.Call(one)[0].ToDouble());
    }

    [Fact]
    public void Call_NoArgumentsAndNoResults_RunsItsEffects()
    {
        using TensorScope scope = new();
        using Variable v = Make();
        using Function step = new((Tensor[] _) =>
        {
            v.AssignAdd(Tensor.Scalar(1.0));
            return [];
        });
        for (int i = 0; i < 3; i++)
            Assert.Empty(step.Call());
        Assert.Equal(4.0, v.Value.ToDouble());
    }

    [Fact]
    public void Call_ReturnsInputsAndTheSameTensorTwice_GivesEachItsOwn()
    {
        using TensorScope scope = new();
        Tensor outside = Tensor.Scalar(7.0);
        using Function f = new((Tensor[] inputs) => [inputs[0], inputs[0], outside]);
        Assert.Equal([1.0, 1.0, 7.0], f.Call(Tensor.Scalar(1.0)).Select(t => t.ToDouble()));
    }

    private static Variable Make()
    {
        using Tensor one = Tensor.Scalar(1.0);
        return new Variable(one);
    }
}

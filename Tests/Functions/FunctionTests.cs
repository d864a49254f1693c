using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Functions;

public sealed class FunctionTests : LeakChecked
{
    [Fact]
    public void Call_SameSignature_TracesOnce()
    {
        int runs = 0;
        using Function square = new(x =>
        {
            runs++;
            return x * x;
        });
        for (int i = 0; i < 3; i++)
        {
            using Tensor x = Tensor.From([1.0, 2.0, i]);
            using Tensor y = square.Call(x)[0];
            Assert.Equal([1.0, 4.0, i * i], y.ToArray<double>());
        }

        Assert.Equal(1, runs);
        Assert.Equal(1, square.TraceCount);
    }

    [Fact]
    public void Call_AssignsAndReadsThousandTimesByExecutor_EveryReadIsFresh()
    {
        using TensorScope scope = new();
        using Variable variable = new(Tensor.Scalar(0.0));
        using Function count = new(inputs =>
        {
            List<Tensor> reads = [];
            for (int i = 0; i < 1000; i++)
            {
                variable.Assign(variable.Value + inputs[0]);
                reads.Add(variable.Value);
            }

            return [RawOps.Pack(reads)];
        });
        double[] reads = count.Call(Tensor.Scalar(1.0))[0].ToArray<double>();
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (double)i), reads);
        Assert.Equal(1000.0, variable.Value.ToScalar<double>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_AssignsAndReadsThousandTimes_NoReadIsStale(bool compile)
    {
        using TensorScope scope = new();
        using Variable variable = new(Tensor.Scalar(0.0));
        // One sum instead of a thousand results, which take XLA minutes. The values only grow, so that a stale read always makes it
        // smaller.
        using Function count = new(
            inputs =>
            {
                Tensor sum = inputs[0] * 0;
                for (int i = 1; i <= 1000; i++)
                {
                    variable.Assign(variable.Value + inputs[0]);
                    sum += variable.Value;
                }

                return [sum];
            },
            new FunctionOptions { Compile = compile });
        for (int call = 0; call < 3; call++)
        {
            Assert.Equal(Enumerable.Range((1000 * call) + 1, 1000).Sum(), count.Call(Tensor.Scalar(1.0))[0].ToScalar<double>());
            Assert.Equal(1000.0 * (call + 1), variable.Value.ToScalar<double>());
        }
    }

    [Fact]
    public void Call_WriteWithoutOutput_IsNotPruned()
    {
        using TensorScope scope = new();
        using Variable variable = new(Tensor.Scalar(1.0));
        using Function assign = new(x =>
        {
            variable.AssignAdd(x);
            return x;
        });
        assign.Call(Tensor.Scalar(2.0));
        Assert.Equal(3.0, variable.Value.ToScalar<double>());
    }

    [Fact]
    public void Call_CapturedTensor_IsAnInputAndOutlivesItsDisposal()
    {
        using TensorScope scope = new();
        Tensor factor = Tensor.From([1.0, 2.0]);
        using Function scale = new(x => x * factor);
        Assert.Equal([3.0, 6.0], scale.Call(Tensor.From([3.0, 3.0]))[0].ToArray<double>());
        factor.Dispose();
        Assert.Equal([4.0, 8.0], scale.Call(Tensor.From([4.0, 4.0]))[0].ToArray<double>());
    }

    [Fact]
    public void Call_ReadsSymbolicValue_ThrowsNamingFunctionAndLine()
    {
        using TensorScope scope = new();
        using Function bad = new(x => x * x.ToScalar<double>(), new FunctionOptions { Name = "reads" });
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => bad.Call(Tensor.Scalar(1.0)));
        Assert.Contains("'reads'", e.Message, StringComparison.Ordinal);
        Assert.Contains("FunctionTests.cs:", e.Message, StringComparison.Ordinal);
        Assert.Contains("no value", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_SymbolicTensorUsedAfterItsTrace_Throws()
    {
        using TensorScope scope = new();
        Tensor? stolen = null;
        using Function thief = new(x => stolen = x + 1);
        thief.Call(Tensor.Scalar(1.0));
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => stolen! + 1);
        Assert.Contains("trace has ended", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_FourthLength_LeavesTheDimensionOpenAndReports()
    {
        using TensorScope scope = new();
        List<RetraceReport> reports = [];
        using Function sum = new(x => x + 1, new FunctionOptions { Retraced = reports.Add });
        for (int n = 1; n <= 8; n++)
            Assert.Equal(n, sum.Call(Tensor.Zeros([n, 2], DType.Float64))[0].Shape[0]);
        Assert.Equal(4, sum.TraceCount);
        Assert.Contains("left open", reports[^1].Reason, StringComparison.Ordinal);
        Assert.Equal("float64(None, 2)", reports[^1].Signature);
    }

    [Fact]
    public void Call_TwoArgumentsThatGrowTogether_LeaveBothBatchesOpen()
    {
        using TensorScope scope = new();
        using Function sum = new(inputs => [inputs[0] + inputs[1]]);
        for (int n = 1; n <= 8; n++)
            Assert.Equal(n, sum.Call(Tensor.Zeros([n, 2], DType.Float64), Tensor.Zeros([n, 1], DType.Float64))[0].Shape[0]);
        Assert.Equal(4, sum.TraceCount);
    }

    [Fact]
    public void Call_MoreSignaturesThanCache_ReleasesTheOldest()
    {
        using TensorScope scope = new();
        using Function identity = new(x => x + 1, new FunctionOptions { CacheSize = 2 });
        for (int rank = 0; rank < 5; rank++)
            identity.Call(Tensor.Zeros(Enumerable.Repeat(1L, rank).ToArray(), DType.Float64));
        Assert.Equal(2, identity.CachedTraces);
    }

    [Fact]
    public void Call_InsideAnotherTrace_IsTracedIntoIt()
    {
        using TensorScope scope = new();
        using Function inner = new(x => x * 2);
        using Function outer = new(x => inner.Call(x)[0] + 1);
        Assert.Equal(7.0, outer.Call(Tensor.Scalar(3.0))[0].ToScalar<double>());
        Assert.Equal(0, inner.TraceCount);
    }

    [Fact]
    public void Call_AfterDispose_Throws()
    {
        Function f = new(x => x);
        f.Dispose();
        using Tensor one = Tensor.Scalar(1.0);
        Assert.Throws<TfLbfgsException>(() => f.Call(one));
    }

    [Fact]
    public void Call_OnSecondDevice_RunsThere()
    {
        using TensorScope scope = new();
        using Function f = new(x => x + 1);
        using (Device.Use("/CPU:1"))
        using (new TransferGuard())
        {
            Tensor y = f.Call(Tensor.Scalar(1.0))[0];
            Assert.EndsWith("CPU:1", y.DeviceName, StringComparison.Ordinal);
        }

        Tensor onFirst = Tensor.Scalar(1.0);
        using (Device.Use("/CPU:1"))
        using (new TransferGuard())
        {
            TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => f.Call(onFirst));
            Assert.Contains("would be copied", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Call_BodyThrows_LeavesNothingBehind()
    {
        using Function f = new((Tensor[] _) => throw new InvalidOperationException("no"));
        using Tensor one = Tensor.Scalar(1.0);
        Assert.Throws<InvalidOperationException>(() => f.Call(one));
        using Tensor two = one + 1;
        Assert.False(two.IsSymbolic);
    }
}

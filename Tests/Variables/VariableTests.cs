using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Variables;

public sealed class VariableTests : LeakChecked
{
    [Fact]
    public void Assign_EagerlyEveryKind_ChangesTheValueAndNotEarlierReads()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.From([1.0, 2.0]), "v");
        Tensor first = v.Value;
        v.Assign(Tensor.From([5.0, 6.0]));
        Tensor second = v.Value;
        v.AssignAdd(Tensor.From([1.0, 1.0]));
        v.AssignSub(Tensor.From([2.0, 0.0]));
        Assert.Equal([1.0, 2.0], first.ToArray<double>());
        Assert.Equal([5.0, 6.0], second.ToArray<double>());
        Assert.Equal([4.0, 7.0], v.Value.ToArray<double>());
        Assert.Equal("v float64(2,)", v.ToString());
    }

    [Fact]
    public void Assign_OtherDTypeOrShape_NamesTheVariable()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.From([1.0, 2.0]), "dense/kernel");
        foreach (Tensor wrong in (Tensor[])[Tensor.From([1f, 2f]), Tensor.From([1.0]), Tensor.Scalar(1.0)])
        {
            TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => v.Assign(wrong));
            Assert.Contains("dense/kernel", e.Message, StringComparison.Ordinal);
            Assert.Contains("float64(2,)", e.Message, StringComparison.Ordinal);
            Assert.Throws<TfLbfgsException>(() => v.AssignAdd(wrong));
            Assert.Throws<TfLbfgsException>(() => v.AssignSub(wrong));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Value_TwoVariablesInATrace_AreReadAndWrittenInProgramOrder(bool compile)
    {
        using TensorScope scope = new();
        using Variable a = new(Tensor.Scalar(1.0), "a");
        using Variable b = new(Tensor.Scalar(2.0), "b");
        using Function swap = new(
            _ =>
            {
                List<Tensor> reads = [];
                for (int i = 0; i < 20; i++)
                {
                    Tensor oldA = a.Value;
                    a.Assign(b.Value);
                    b.Assign(oldA + 10);
                    reads.Add(a.Value);
                    reads.Add(b.Value);
                }

                return [RawOps.Pack(reads)];
            },
            new FunctionOptions { Compile = compile });
        List<double> expected = [];
        (double x, double y) = (1, 2);
        for (int i = 0; i < 20; i++)
        {
            (x, y) = (y, x + 10);
            expected.AddRange([x, y]);
        }

        for (int call = 0; call < 3; call++)
        {
            a.Assign(Tensor.Scalar(1.0));
            b.Assign(Tensor.Scalar(2.0));
            Assert.Equal(expected, swap.Call()[0].ToArray<double>());
            Assert.Equal((x, y), (a.Value.ToDouble(), b.Value.ToDouble()));
        }
    }

    [Fact]
    public void Value_ReadUnderACondition_IsOfTheBranchTaken()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(1.0));
        using Function select = new(x =>
        {
            Tensor before = v.Value;
            v.Assign(before + 1);
            return RawOps.SelectV2(x > 0, v.Value, before);
        });
        Assert.Equal(2.0, select.Call(Tensor.Scalar(1.0))[0].ToDouble());
        Assert.Equal(2.0, select.Call(Tensor.Scalar(-1.0))[0].ToDouble());
        Assert.Equal(3.0, v.Value.ToDouble());
    }

    [Fact]
    public void Value_CapturedByANestedFunction_IsSeenAsItIsAtEachCall()
    {
        using TensorScope scope = new();
        using Variable v = new(Tensor.Scalar(2.0));
        using Function inner = new(x => x * v.Value);
        using Function outer = new(x =>
        {
            Tensor y = inner.Call(x)[0];
            v.AssignAdd(Tensor.Scalar(1.0));
            return y + inner.Call(x)[0];
        });
        Assert.Equal(10.0 * 2 + 10 * 3, outer.Call(Tensor.Scalar(10.0))[0].ToDouble());
        Assert.Equal(10.0 * 3 + 10 * 4, outer.Call(Tensor.Scalar(10.0))[0].ToDouble());
        v.Assign(Tensor.Scalar(0.0));
        Assert.Equal(0.0, inner.Call(Tensor.Scalar(10.0))[0].ToDouble());
    }

    [Fact]
    public void Constructor_InsideATrace_MakesAnEagerVariable()
    {
        using TensorScope scope = new();
        Variable? made = null;
        using Tensor initial = Tensor.Scalar(3.0);
        using Function lazily = new(x =>
        {
            made ??= new Variable(initial);
            return x * made.Value;
        });
        Assert.Equal(6.0, lazily.Call(Tensor.Scalar(2.0))[0].ToDouble());
        made!.Assign(Tensor.Scalar(4.0));
        Assert.Equal(8.0, lazily.Call(Tensor.Scalar(2.0))[0].ToDouble());
        made.Dispose();
    }

    [Fact]
    public void Constructor_SymbolicInitialValue_SaysWhatToDo()
    {
        using TensorScope scope = new();
        using Function f = new(x =>
        {
            using Variable v = new(x, "late");
            return v.Value;
        });
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => f.Call(Tensor.Scalar(1.0)));
        Assert.Contains("'late'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Create the variable before", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_OnSecondDevice_LivesThere()
    {
        using TensorScope scope = new();
        using IDisposable device = Device.Use("/CPU:1");
        using Variable v = new(Tensor.Scalar(1.0));
        v.AssignAdd(Tensor.Scalar(1.0));
        Assert.EndsWith("CPU:1", v.Value.DeviceName, StringComparison.Ordinal);
        Assert.Equal(2.0, v.Value.ToDouble());
    }

    [Fact]
    public void Dispose_CapturedVariable_LivesOnInTheFunction()
    {
        using TensorScope scope = new();
        Variable v = new(Tensor.Scalar(2.0));
        using Function f = new(x => x * v.Value);
        f.Call(Tensor.Scalar(1.0));
        v.Dispose();
        Assert.Equal(6.0, f.Call(Tensor.Scalar(3.0))[0].ToDouble());
        Assert.Throws<TfLbfgsException>(() => v.Value);
    }
}

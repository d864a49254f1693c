using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Functions;

public sealed class TfWhileTests : LeakChecked
{
    public static TheoryData<string> Modes() => ["eager", "traced", "compiled"];

    [Theory]
    [MemberData(nameof(Modes))]
    public void While_Collatz_CountsItsSteps(string mode)
    {
        (long, int)[] known = [(1, 0), (6, 8), (7, 16), (27, 111)];
        foreach ((long start, int steps) in known)
        {
            using Tensor x = Tensor.Scalar(start);
            using Tensor count = Run(mode, inputs => [Collatz(inputs[0])], x)[0];
            Assert.Equal(steps, count.ToScalar<long>());
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void While_WithinALoop_SeesTensorsOfBothOutside(string mode)
    {
        // sum over i < 4 of (i + offset)^(i + 1), the power by an inner loop that reads i and an argument.
        using Tensor offset = Tensor.Scalar(2.0);
        using Tensor captured = Tensor.Scalar(1.0);
        using Tensor sum = Run(mode, inputs => [Tf.While(
            s => RawOps.Less(s[0], Tensor.Scalar(4.0)),
            s => [s[0] + captured, s[1] + Power(s[0] + inputs[0], s[0])],
            [Tensor.Scalar(0.0), Tensor.Scalar(0.0)])[1]], offset)[0];
        Assert.Equal(2.0 + 9 + 64 + 625, sum.ToScalar<double>());

        static Tensor Power(Tensor x, Tensor lastExponent) => Tf.While(
            t => RawOps.LessEqual(t[0], lastExponent), t => [t[0] + 1.0, t[1] * x], [Tensor.Scalar(0.0), Tensor.Scalar(1.0)])[1];
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void While_NoRound_ReturnsTheState(string mode)
    {
        using Tensor x = Tensor.From([1.0, 2.0]);
        using Tensor same = Run(mode, inputs => Tf.While(_ => Tensor.Scalar(false), s => [s[0] * 2.0], inputs), x)[0];
        Assert.Equal([1.0, 2.0], same.ToArray<double>());
    }

    [Fact]
    public void While_AssignsAVariable_EachRoundSeesTheLast()
    {
        using Tensor one = Tensor.Scalar(1.0);
        using Variable total = new(one);
        using Function function = new(inputs =>
        {
            Tensor[] end = Tf.While(
                s => RawOps.Less(s[0], Tensor.Scalar(10L)),
                s =>
                {
                    total.Assign(total.Value * 2.0);
                    return [s[0] + 1.0];
                },
                [inputs[0]]);
            return [end[0], total.Value];
        });
        using Tensor zero = Tensor.Scalar(0L);
        Tensor[] outputs = function.Call(zero);
        using Tensor count = outputs[0];
        using Tensor value = outputs[1];
        Assert.Equal((10L, 1024.0), (count.ToScalar<long>(), value.ToScalar<double>()));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void While_ReturnsATensorFromOutside_IsThatTensor(string mode)
    {
        using Tensor x = Tensor.From([1.0, 2.0]);
        using Tensor other = Tensor.From([3.0, 4.0]);
        using Tensor one = Run(mode, inputs => [Tf.While(s => RawOps.Less(s[0][0], Tensor.Scalar(2.0)), _ => [other], inputs)[0]], x)[0];
        Assert.Equal([3.0, 4.0], one.ToArray<double>());
    }

    [Fact]
    public void While_ManyFunctions_LeaveNothingInTheContext()
    {
        for (int i = 0; i < 20; i++)
        {
            using Function function = new(inputs => [Collatz(inputs[0])]);
            using Tensor x = Tensor.Scalar(6L);
            using Tensor count = function.Call(x)[0];
            Assert.Equal(8, count.ToScalar<long>());
        }
    }

    [Fact]
    public void While_EagerlyUnderATape_IsDifferentiated()
    {
        using TensorScope scope = new();
        using GradientTape tape = new();
        Tensor x = Tensor.Scalar(3.0);
        tape.Watch(x);
        Tensor cube =
            Tf.While(s => RawOps.Less(s[0], Tensor.Scalar(3.0)), s => [s[0] + 1.0, s[1] * x], [Tensor.Scalar(0.0), Tensor.Scalar(1.0)])[1];
        Assert.Equal(27.0, tape.Gradient(cube, x)!.ToScalar<double>());
    }

    [Fact]
    public void While_StateChangesItsForm_IsRefused()
    {
        using Tensor x = Tensor.From([1.0, 2.0]);
        Refused(inputs => Tf.While(_ => Tensor.Scalar(true), s => [s[0], s[0]], inputs), "as many tensors");
        Refused(inputs => Tf.While(_ => Tensor.Scalar(true), s => [RawOps.Cast(s[0], DType.Float32)], inputs), "keeps dtype and shape");
        Refused(inputs => Tf.While(s => s[0], s => s, inputs), "a condition of bool()");
        Refused(inputs => Tf.While(_ => Tensor.Scalar(true), _ => throw new TfLbfgsException("from the body"), inputs), "from the body");

        void Refused(Func<Tensor[], IReadOnlyList<Tensor>> body, string message)
        {
            using Function function = new(body);
            Assert.Contains(message, Assert.Throws<TfLbfgsException>(() => function.Call(x)).Message, StringComparison.Ordinal);
        }
    }

    private static Tensor Collatz(Tensor start) => Tf.While(
        s => RawOps.NotEqual(s[0], Tensor.Scalar(1L)),
        s =>
        {
            Tensor isEven = RawOps.Equal(RawOps.FloorMod(s[0], Tensor.Scalar(2L)), Tensor.Scalar(0L));
            return [RawOps.SelectV2(isEven, RawOps.FloorDiv(s[0], Tensor.Scalar(2L)), s[0] * 3.0 + 1.0), s[1] + 1.0];
        },
        [start, Tensor.Scalar(0L)])[1];

    private static Tensor[] Run(string mode, Func<Tensor[], IReadOnlyList<Tensor>> body, Tensor input)
    {
        if (mode == "eager")
        {
            using TensorScope scope = new();
            return [.. body([input]).Select(tensor => scope.Keep(tensor.Alias()))];
        }

        using Function function = new(body, new FunctionOptions { Compile = mode == "compiled" });
        return function.Call(input);
    }
}

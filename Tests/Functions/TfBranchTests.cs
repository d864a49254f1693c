using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Functions;

public sealed class TfBranchTests : LeakChecked
{
    public static TheoryData<string> Forms() => ["eager", "traced", "compiled"];

    [CoversOps(OpNames.StatelessIf)]
    [Theory]
    [MemberData(nameof(Forms))]
    public void Cond_OfEitherBranch_HasGradientsToThirdOrder(string form)
    {
        foreach (double first in (double[])[0.4, -0.6])
            TracedForms.Agree(form, 3, x => Tf.Cond(x[0] > 0.0, () => Tf.Sin(x) * Tf.Exp(x), () => x * x * x * 2.0) * x, first, 0.7);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Cond_WithinAScan_HasGradientsToSecondOrder(string form) => TracedForms.Agree(
        form, 2, x =>
            Tf.Scan((s, e) => new ScanStep([Tf.Cond(e[0] > 0.0, () => s[0] * x * e[0], () => Tf.Sin(s[0] + x))], []), [x],
            [Tf.Constant([1.0, -1.0, 2.0])]).State[0], 0.4, 0.7);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Cond_OfALoop_HasGradientsToSecondOrder(string form)
    {
        foreach (double first in (double[])[0.4, -0.6])
        {
            TracedForms.Agree(form, 2, x => Tf.Cond(
                x[0] > 0.0,
                () => Tf.While(s => s[0] < 3.0, s => [s[0] + 1.0, Tf.Sin(s[1]) * x], [Tensor.Scalar(0.0), x], maximumIterations: 3)[1],
                () => x * x), first, 0.7);
        }
    }

    [CoversOps(OpNames.StatelessCase)]
    [Theory]
    [MemberData(nameof(Forms))]
    public void SwitchCase_OfAnyIndex_RunsItsBranch(string form)
    {
        foreach ((int index, int branch) in ((int, int)[])[(0, 0), (1, 1), (2, 2), (9, 2), (-1, 2)])
        {
            using TensorScope scope = new();
            using Tensor i = Tensor.Scalar(index);
            using Tensor x = Tensor.From([0.5, 2.0]);
            Tensor[] results = TracedForms.Call(form, given =>
            {
                using GradientTape outer = new();
                outer.Watch(given[1]);
                using GradientTape tape = new();
                tape.Watch(given[1]);
                Tensor y = Tf.SwitchCase(given[0], [() => given[1] * 2.0, () => Tf.Square(given[1]), () => given[1] * given[1] * given[1]]);
                Tensor first = tape.Gradient(y, given[1])!;
                return [y, first, outer.Gradient(first, given[1], unconnected: UnconnectedGradients.Zero)!];
            }, i, x);
            double[][][] expected = [[[1.0, 4], [2.0, 2], [0.0, 0]], [[0.25, 4], [1.0, 4], [2.0, 2]], [[0.125, 8], [0.75, 12], [3.0, 12]]];
            for (int k = 0; k < 3; k++)
                Assert.Equal(expected[branch][k], results[k].ToArray<double>());
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Case_OfConditions_RunsTheFirstThatHolds(string form)
    {
        using Tensor x = Tensor.From([-2.0, 0.5, 3.0]);
        using TensorScope scope = new();
        Tensor[] results =
            TracedForms.Call(form,
            given => [Tf.MapFunction(e => Tf.Case([(e < 0.0, () => e * 10.0), (e < 1.0, () => e * 100.0)], () => e), given[0])], x);
        Assert.Equal([-20.0, 50, 3], results[0].ToArray<double>());
    }

    [CoversOps(OpNames.If)]
    [Theory]
    [MemberData(nameof(Forms))]
    public void Cond_BranchWithoutTheWeight_GivesZeroForIt(string form)
    {
        using Tensor one = Tensor.From([3.0, 4.0]);
        using Variable w = new(one);
        using Tensor x = Tensor.From([1.0, 2.0]);
        foreach (bool uses in (bool[])[true, false])
        {
            using TensorScope scope = new();
            Tensor[] results = TracedForms.Call(form, given =>
            {
                using GradientTape tape = new();
                Tensor y = Tf.Cond(given[0], () => given[1] * w.Value, () => given[1] + 1.0);
                return [y, tape.Gradient(y, [w], unconnected: UnconnectedGradients.Zero)[0]!];
            }, Tensor.Scalar(uses), x);
            Assert.Equal(uses ? [3.0, 8] : [2.0, 3], results[0].ToArray<double>());
            Assert.Equal(uses ? [1.0, 2] : [0.0, 0], results[1].ToArray<double>());
        }
    }

    [CoversOps(OpNames.Case)]
    [Fact]
    public void SwitchCase_ReadingAVariable_IsDifferentiatedWithRespectToIt()
    {
        using Tensor start = Tensor.From([0.5, 2.0]);
        using Variable w = new(start);
        using Function function = new(given =>
        {
            using GradientTape outer = new();
            using GradientTape tape = new();
            Tensor y = Tf.SwitchCase(given[0], [() => w.Value * 2.0, () => Tf.Square(w.Value) * w.Value]);
            Tensor first = tape.Gradient(y, w);
            return [first, outer.Gradient(first, w)];
        });
        using TensorScope scope = new();
        Tensor[] results = function.Call(Tensor.Scalar(1));
        Assert.Equal([0.75, 12], results[0].ToArray<double>());
        Assert.Equal([3.0, 12], results[1].ToArray<double>());
    }

    [Fact]
    public void Cond_AssigningAVariable_DoesSoInOneBranchOnly()
    {
        using Tensor zero = Tensor.Scalar(0.0);
        using Variable hits = new(zero);
        using Function function = new(given =>
        {
            Tensor y = Tf.Cond(
                given[0] > 0.0,
                () =>
                {
                    hits.AssignAdd(Tensor.Scalar(1.0));
                    return given[0] * 2.0;
                },
                () => given[0]);
            return [y, hits.Value];
        });
        using TensorScope scope = new();
        foreach (double value in (double[])[1, -1, 2])
            function.Call(Tensor.Scalar(value));
        Assert.Equal(2.0, hits.Value.ToScalar<double>());
    }

    [Theory]
    [InlineData("traced")]
    public void Cond_OfOpenShapes_HasGradients(string form)
    {
        using Function function = new(given =>
        {
            using GradientTape tape = new();
            tape.Watch(given[0]);
            Tensor y = Tf.Cond(Tf.ReduceSum(given[0]) > 0.0, () => Tf.Sin(given[0]) * given[0], () => Tf.Exp(given[0]));
            return [tape.Gradient(y, given[0])!];
        }, new FunctionOptions { Compile = form == "compiled" });
        for (int n = 1; n < 7; n++)
        {
            using TensorScope scope = new();
            double sign = n % 2 == 0 ? 1 : -1;
            double[] values = [.. Enumerable.Range(1, n).Select(i => sign * 0.1 * i)];
            TracedForms.Close([.. values.Select(v => sign > 0 ? Math.Sin(v) + v * Math.Cos(v) : Math.Exp(v))],
                function.Call(Tensor.From(values))[0]);
        }

        Assert.True(function.TraceCount < 6, $"{function.TraceCount} traces");
    }

    [Fact]
    public void Branches_OfDifferentForm_AreRefused()
    {
        using Tensor x = Tensor.From([1.0, 2.0]);
        Assert.Contains("same number and dtypes",
            Refused(given => [Tf.Cond(Tensor.Scalar(true), () => given[0], () => Tf.Cast(given[0], DType.Float32))]),
            StringComparison.Ordinal);
        Assert.Contains("a condition of bool()", Refused(given => [Tf.Cond(given[0], () => given[0], () => given[0])]),
            StringComparison.Ordinal);

        string Refused(Func<Tensor[], IReadOnlyList<Tensor>> code)
        {
            using Function function = new(code);
            return Assert.Throws<TfLbfgsException>(() => function.Call(x)).Message;
        }
    }
}

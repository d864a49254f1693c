using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Functions;

/// <summary>Gradients of loops in traced functions, compared with those of the same code run eagerly, op by op.</summary>
public sealed class LoopGradientTests : LeakChecked
{
    public static TheoryData<string> Forms() => ["traced", "compiled"];

    [CoversOps(OpNames.StatelessWhile)]
    [Theory]
    [MemberData(nameof(Forms))]
    public void While_OfPowers_HasGradientsToThirdOrder(string form) => TracedForms.Agree(form, 3, Powers, [0.3, -0.7, 1.1]);

    [Fact]
    public void While_WhoseStepsDependOnTheData_HasGradientsToSecondOrder() =>
        TracedForms.Agree("traced", 2, x => Tf.While(s => Tf.ReduceSum(s[0]) < 100.0, s => [s[0] * x * 1.5], [x])[0], [1.2, 1.7]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void While_OfNoStep_HasTheGradientOfItsState(string form)
    {
        TracedForms.Agree(form, 2, x => Tf.While(_ => Tensor.Scalar(false), s => [s[0] * x], [x * x], maximumIterations: 3)[0], [0.4, 2.0]);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void While_WithinAWhile_HasGradientsToSecondOrder(string form) => TracedForms.Agree(form, 2, x => Tf.While(
        s => s[0] < 3.0,
        s =>
        {
            Tensor inner =
                Tf.While(t => t[0] < 2.0, t => [t[0] + 1.0, Tf.Sin(t[1]) * x + s[1]], [Tensor.Scalar(0.0), s[1] * x],
                maximumIterations: 2)[1];
            return [s[0] + 1.0, inner * 0.5];
        },
        [Tensor.Scalar(0.0), x],
        maximumIterations: 3)[1], [0.3, -0.7]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Scan_WithStateAndCapture_HasGradientsToSecondOrder(string form) => TracedForms.Agree(form, 2, x =>
    {
        Tensor rows = Tf.Stack([x, x * x, Tf.Cos(x)]);
        ScanResult all = Tf.Scan((s, e) => new ScanStep([Tf.Tanh(s[0] * e[0] + x)], [s[0] * e[0], e[0] * e[0]]), [x], [rows]);
        return all.State[0] + Tf.ReduceSum(all.Outputs[0] * rows, 0) + Tf.ReduceSum(all.Outputs[1], 0);
    }, [0.3, -0.7]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Scan_FromTheEnd_HasGradientsToSecondOrder(string form) => TracedForms.Agree(form, 2, x =>
    {
        Tensor rows = Tf.Stack([x, x * x, Tf.Cos(x)]);
        return Tf.Scan((s, e) => new ScanStep([Tf.Sin(s[0]) * e[0]], [s[0] * s[0]]), [x], [rows], reverse: true).Outputs[0] * rows;
    }, [0.3, -0.7]);

    [Theory]
    [InlineData("traced", false)]
    [InlineData("traced", true)]
    [InlineData("compiled", true)]
    public void Scan_ThatMultipliesByAMatrix_HasGradientsToSecondOrder(string form, bool reverse) => TracedForms.Agree(form, 2, x =>
    {
        // A kernel by which each step multiplies once, and one by which it multiplies twice.
        Tensor once = Tf.Reshape(x, [2, 2]), twice = Tf.Sin(once);
        Tensor elements = Tf.Stack([once, Tf.Cos(once), once * once]);
        ScanResult all = Tf.Scan(
            (s, e) =>
            {
                Tensor squared = Tf.MatMul(Tf.MatMul(e[0], twice), twice);
                return new ScanStep([Tf.Tanh(Tf.MatMul(s[0], once) + squared)], [squared]);
            },
            [once], [elements], reverse);
        return Tf.Reshape(all.State[0] + Tf.ReduceSum(all.Outputs[0] * elements, 0), [-1]);
    }, [0.3, -0.7, 0.5, 1.1]);

    [Fact]
    public void Scan_WithinAScanThatMultiplyByAMatrix_HaveGradientsToSecondOrder() => TracedForms.Agree("traced", 2, x =>
    {
        Tensor kernel = Tf.Reshape(x, [2, 2]);
        Tensor elements = Tf.Stack([kernel, Tf.Cos(kernel)]);
        Tensor Inner(Tensor start) =>
            Tf.Scan((s, e) => new ScanStep([Tf.Sin(Tf.MatMul(s[0], kernel) + e[0])], []), [start], [elements]).State[0];
        ScanResult all = Tf.Scan((s, e) => new ScanStep([Inner(Tf.MatMul(s[0], kernel)) + e[0]], []), [kernel], [elements]);
        return Tf.Reshape(all.State[0], [-1]);
    }, [0.3, -0.7, 0.5, 1.1]);

    [Theory]
    [InlineData("eager")]
    [InlineData("traced")]
    [InlineData("compiled")]
    public void Scan_OfSums_GivesStateAndOutputsInOrder(string form)
    {
        using Tensor x = Tensor.From(new[,] { { 1.0, 2 }, { 3, 4 }, { 5, 6 } });
        using Tensor zero = Tensor.Zeros([2], DType.Float64);
        using TensorScope scope = new();
        Tensor[] results = TracedForms.Call(form, given =>
        {
            ScanResult up = Tf.Scan((s, e) => new ScanStep([s[0] + e[0]], [s[0] + e[0]]), [given[1]], [given[0]]);
            ScanResult down = Tf.Scan((s, e) => new ScanStep([s[0] + e[0]], [s[0] + e[0]]), [given[1]], [given[0]], reverse: true);
            return [up.State[0], up.Outputs[0], down.State[0], down.Outputs[0], Tf.MapFunction(row => Tf.ReduceSum(row), given[0]),
                Tf.Fold((a, b) => a * 2.0 + b, given[0], given[1])];
        }, x, zero);
        Assert.Equal([9.0, 12], results[0].ToArray<double>());
        Assert.Equal([1.0, 2, 4, 6, 9, 12], results[1].ToArray<double>());
        Assert.Equal([9.0, 12], results[2].ToArray<double>());
        Assert.Equal([9.0, 12, 8, 10, 5, 6], results[3].ToArray<double>());
        Assert.Equal([3.0, 7, 11], results[4].ToArray<double>());
        Assert.Equal([15.0, 22], results[5].ToArray<double>());
    }

    [CoversOps(OpNames.While)]
    [Theory]
    [MemberData(nameof(Forms))]
    public void While_ReadingAVariable_IsDifferentiatedWithRespectToIt(string form)
    {
        using Tensor start = Tensor.From([0.5, 2.0]);
        using Variable w = new(start);
        using Function function = new(given =>
        {
            using GradientTape outer = new();
            using GradientTape tape = new();
            Tensor y = Tf.While(s => s[0] < 4.0, s => [s[0] + 1.0, s[1] * w.Value], [Tensor.Scalar(0.0), given[0]],
                maximumIterations: 4)[1];
            Tensor first = tape.Gradient(y, [w])[0]!;
            return [first, outer.Gradient(first, [w])[0]!];
        }, new FunctionOptions { Compile = form == "compiled" });
        using Tensor x = Tensor.From([1.0, 1.0]);
        Tensor[] results = function.Call(x);
        using Tensor first = results[0];
        using Tensor second = results[1];
        Assert.Equal([4 * 0.125, 4 * 8.0], first.ToArray<double>());
        Assert.Equal([12 * 0.25, 12 * 4.0], second.ToArray<double>());
    }

    [Fact]
    public void While_ReadingAVariable_IsDifferentiatedByATapeAroundTheCall()
    {
        using Tensor start = Tensor.From([0.5, 2.0]);
        using Variable w = new(start);
        using Function function = new(x => Tf.While(s => s[0] < 4.0, s => [s[0] + 1.0, s[1] * w.Value], [Tensor.Scalar(0.0), x])[1]);
        using Tensor x = Tensor.From([1.0, 1.0]);
        using GradientTape tape = new();
        using Tensor y = function.Call(x)[0];
        using Tensor first = tape.Gradient(y, [w])[0]!;
        Assert.Equal([4 * 0.125, 4 * 8.0], first.ToArray<double>());
    }

    [Fact]
    public void While_CompiledWithoutMaximum_SaysWhatItNeeds()
    {
        using Function function = new(x =>
        {
            using GradientTape tape = new();
            tape.Watch(x);
            Tensor y = Tf.While(s => Tf.ReduceSum(s[0]) < 9.0, s => [s[0] * x], [x])[0];
            return tape.Gradient(y, x)!;
        }, new FunctionOptions { Compile = true });
        using Tensor x = Tensor.From([2.0, 3.0]);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => function.Call(x));
        Assert.Contains("maximumIterations", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void While_WithAPersistentTape_GivesSecondGradients()
    {
        using Tensor x = Tensor.From([0.3, -0.7]);
        using Function function = new(x =>
        {
            using GradientTape tape = new(persistent: true);
            tape.Watch(x);
            Tensor first = tape.Gradient(Powers(x), x)!;
            return tape.Gradient(first, x)!;
        });
        using TensorScope scope = new();
        TracedForms.Close([.. TracedForms.Derivatives(Powers, x, 2)[2].ToArray<double>()], function.Call(x)[0]);
    }

    /// <summary>sum over k below 5 of sin(x)^k scaled by the step, with a state that no step changes.</summary>
    private static Tensor Powers(Tensor x) => Tf.While(
        s => s[0] < 5.0,
        s => [s[0] + 1.0, s[1] * Tf.Sin(x) * s[3] + s[0], s[2] + s[1] * x, s[3]],
        [Tensor.Scalar(0.0), Tf.Exp(x), x * 2.0, x + 1.0],
        maximumIterations: 5)[2];
}

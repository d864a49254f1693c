using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

public class GradientCheckerTests : LeakChecked
{
    [Fact]
    public void Check_OfRightGradients_PassesWithManyDigits()
    {
        using TensorScope scope = new();
        using Variable kernel = new(Tensor.From(new[,] { { 0.5, -1.2, 0.8 }, { 0.3, 0.7, -0.4 } }), "kernel"),
            bias = new(Tensor.From([0.1, -0.2, 0.3]), "bias");
        Tensor x = Tensor.From(new[,] { { 1.0, 2.0 }, { -0.5, 0.25 } });
        GradientCheckReport report =
            GradientChecker.Check(() => Tf.Square(Tf.Tanh(Tf.MatMul(x, kernel.Value) + bias.Value)), [kernel, bias]);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(["kernel", "bias"], report.Rows.Select(row => row.Name));
        Assert.All(report.Rows, row => Assert.True(row.Error < 1e-9 && row.WorstError < 1e-9, row.ToString()));
        report.ThrowIfFailed();
        // The variables are as they were.
        Assert.Equal([0.1, -0.2, 0.3], bias.Value.ToDoubles());
    }

    [Fact]
    public void Check_OfWrongEntry_NamesParameterAndEntry()
    {
        using TensorScope scope = new();
        using Variable right = new(Tensor.From([1.0, 2.0]), "right"),
            wrong = new(Tensor.From(new[,] { { 1.0, 2.0 }, { 3.0, 4.0 } }), "wrong");
        Tensor fault = Tensor.From(new[,] { { 1.0, 1.0 }, { 1.5, 1.0 } });
        Func<Tensor, Tensor> square = CustomGradient.Create(t => (t * t, upstream => upstream * 2 * t * fault));
        GradientCheckReport report =
            GradientChecker.Check(() => Tf.ReduceSum(square(wrong.Value)) + Tf.ReduceSum(Tf.Exp(right.Value)), [right, wrong]);
        Assert.False(report.Passed);
        Assert.True(report.Rows[0].Passed);
        GradientCheckRow row = report.Worst;
        Assert.Equal(("wrong", "[1, 0]"), (row.Name, row.WorstEntry));
        Assert.Equal([9.0, 6.0], [row.WorstGradient, row.WorstDifference], (a, b) => Math.Abs(a - b) < 1e-8);
        Assert.Contains("wrong (2, 2)", Assert.Throws<TfLbfgsException>(report.ThrowIfFailed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfMissingGradient_Fails()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([0.3, 0.7]);
        GradientCheckReport report = GradientChecker.Check(inputs => inputs[0] * Tf.StopGradient(inputs[0]), [x]);
        Assert.False(report.Passed);
        Assert.Equal("input 0", report.Worst.Name);
    }

    [Fact]
    public void Check_WhereNoStepChangesTheValue_SaysSo()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([0.25f]), other = Tensor.From([0.5f]);
        // 1e8 + 0.25 is 1e8 in float32: differences see no change, and would agree with any gradient of 0.
        GradientCheckReport report = GradientChecker.Check(
            inputs => Tf.Concat([Tf.StopGradient(inputs[0] + 1e8f), Tf.Square(inputs[1])], 0), [x, other],
                new GradientCheckOptions { Step = 0.1 });
        Assert.Equal([true, false], report.Rows.Select(row => row.IsUnchanged));
        Assert.Contains("no step changed the value", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfFloat32_HasItsTolerance()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([0.3f, -0.7f]);
        GradientCheckReport report = GradientChecker.Check(inputs => Tf.Sin(inputs[0]) * inputs[0], [x]);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(1e-2, report.Tolerance);
    }

    [Fact]
    public void Check_OfWrongArguments_Throws()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Scalar(1.0);
        Assert.Throws<TfLbfgsException>(() => GradientChecker.Check(inputs => inputs[0], []));
        Assert.Throws<TfLbfgsException>(() => GradientChecker.Check(inputs => inputs[0], [Tensor.Scalar(1)]));
        Assert.Throws<TfLbfgsException>(() => GradientChecker.Check(inputs => inputs[0], [x], new GradientCheckOptions { Levels = 1 }));
        Assert.Equal(DType.Float64, x.DType);
    }
}

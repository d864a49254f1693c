using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>Rules of ops for which the reference data have no gradient.</summary>
public class UnrecordedOpGradientTests : LeakChecked
{
    [CoversOps(OpNames.ArgMax, OpNames.ArgMin, OpNames.TruncateDiv)]
    [Fact]
    public void IntegerResults_OfDifferentiableInputs_PassNoGradient()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(new[,] { { 1.0, 3, 2 } });
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        using Tensor axis = Tensor.Scalar(1), two = Tensor.Scalar(2.0);
        Assert.Null(tape.GradientOrNull(RawOps.Cast(RawOps.ArgMax(x, axis), DType.Float64), x));
        Assert.Null(tape.GradientOrNull(RawOps.Cast(RawOps.ArgMin(x, axis), DType.Float64), x));
        Assert.Null(tape.GradientOrNull(RawOps.Cast(RawOps.TruncateDiv(RawOps.Cast(x, DType.Int32), RawOps.Cast(two, DType.Int32)),
            DType.Float64), x));
    }

    [CoversOps(OpNames.PlaceholderWithDefault)]
    [Fact]
    public void PlaceholderWithDefault_OfTensor_PassesTheGradient()
    {
        using TensorScope scope = new();
        DirectionalDifferences.Check(x => RawOps.PlaceholderWithDefault(x[0] * x[0], new long[] { -1 }),
            [DirectionalDifferences.Normal(1, DType.Float64, 3)]);
    }

    [CoversOps(OpNames.PreventGradient)]
    [Fact]
    public void PreventGradient_OfTensor_RefusesWithItsMessage()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([1.0, 2]);
        using GradientTape tape = new();
        tape.Watch(x);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => tape.Gradient(RawOps.PreventGradient(x, "not this one"), x));
        Assert.Contains("not this one", e.Message, StringComparison.Ordinal);
    }

    [CoversOps(OpNames.ReadVariableOp, OpNames.ResourceGather)]
    [Fact]
    public void ReadAndGather_OfVariable_AddTheirGradients()
    {
        using TensorScope scope = new();
        using Tensor start = Tensor.From(new[,] { { 1.0, 2 }, { 3, 4 }, { 5, 6 } });
        using Variable variable = new(start, "table");
        using Tensor indices = Tensor.From([2, 0, 2]);
        using GradientTape tape = new();
        tape.Watch(variable);
        Tensor read = RawOps.ReadVariableOp(variable.Handle, DType.Float64);
        Tensor rows = RawOps.ResourceGather(variable.Handle, indices, DType.Float64);
        Tensor sum = RawOps.Sum(read * read, Tensor.From([0, 1])) + RawOps.Sum(rows, Tensor.From([0, 1]));
        Assert.Equal([3.0, 5, 6, 8, 12, 14], tape.Gradient(sum, variable).ToDoubles());
    }
}

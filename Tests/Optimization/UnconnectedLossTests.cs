using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>A loss that does not depend on the parameters is refused; a flat one that does has the gradient zero.</summary>
public sealed class UnconnectedLossTests : LeakChecked
{
    public static TheoryData<Execution> Executions() => [Execution.Traced, Execution.Eager, Execution.CompiledCalls, Execution.Compiled];

    public static TheoryData<string, string> Losses() => new()
    {
        { "constant", "No recorded op" },
        { "round", "ends at the op Round" },
        { "argmax", "ends at the op ArgMax" },
        { "integer", "ends at the op Cast" },
        { "stopped", "ends at the op StopGradient" },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void Minimize_LossWithoutAPathToTheParameters_NamesTheStepThatCutsIt(string loss, string step)
    {
        using Tensor start = Tensor.From([1.2, 2.2]);
        Func<Tensor, Tensor> function = loss switch
        {
            "constant" => _ => Tensor.Scalar(3.0),
            "round" => p => Tf.ReduceSum(Tf.Square(Tf.Round(p))),
            "argmax" => p => Tf.Cast(Tf.ArgMax(p), DType.Float64),
            "integer" => p => Tf.ReduceSum(Tf.Cast(Tf.Cast(p, DType.Int32), DType.Float64)),
            _ => p => Tf.ReduceSum(Tf.StopGradient(p)),
        };
        string message = Assert.ThrowsAny<TfLbfgsException>(() => Lbfgs.Minimize(function, start)).Message;
        Assert.StartsWith("The function to minimize: expected a loss that depends on the parameters", message, StringComparison.Ordinal);
        Assert.Contains(step, message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Executions))]
    public void Minimize_PredictionComputedOutside_IsRefusedInEveryExecution(Execution execution)
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.From([1.2, 2.2]), "w");
        Tensor prediction = w.Value * 2.0;
        using Fit objective = new([w], () => Tf.ReduceSum(Tf.Square(prediction - 1.0)));
        TfLbfgsException refused =
            Assert.ThrowsAny<TfLbfgsException>(() => Lbfgs.Minimize(objective, new LbfgsOptions { Execution = execution }));
        Assert.StartsWith("The objective Fit: expected a loss that depends on the parameters", refused.Message, StringComparison.Ordinal);
        Assert.Equal([1.2, 2.2], w.Value.ToArray<double>());
    }

    [Fact]
    public void Minimize_OtherKindsOfObjectives_AreRefusedAlike()
    {
        using TensorScope scope = new();
        Tensor start = Tensor.From([1.2, 2.2]);
        using Variable w = new(start, "w");
        Tensor constant = Tensor.Scalar(3.0);
        using Fit assigned = new([w], () => constant * 1.0, new ObjectiveOptions { UpdateByAssignment = true });
        using NamedObjective named = new(_ => constant * 1.0, [("a", start)]);
        FunctionObjective rows = new((_, data) => Tf.ReduceMean(data[0]), start, [Tensor.From([1.0, 2, 3, 4])]);
        foreach (Objective objective in new Objective[] { assigned, named, rows, new ChunkedObjective(rows, 2) })
            Assert.Contains("expected a loss that depends on the parameters",
                Assert.ThrowsAny<TfLbfgsException>(() => Lbfgs.Minimize(objective)).Message, StringComparison.Ordinal);
        Assert.Contains("depends on the parameters",
            Assert.ThrowsAny<TfLbfgsException>(() => Lbfgs.Minimize(_ => constant * 1.0, start, LbfgsOptions.TfpCompatible)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_ValuesReadToTheHost_AreConstants()
    {
        using Tensor start = Tensor.From([1.2, 2.2]);
        TfLbfgsException refused = Assert.ThrowsAny<TfLbfgsException>(() => Lbfgs.Minimize(
            p =>
            {
                double[] v = p.ToArray<double>();
                return Tensor.Scalar(v[0] * v[0] + v[1] * v[1]);
            },
            start, new LbfgsOptions { Execution = Execution.Eager }));
        Assert.Contains("read to the host", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_FlatLossOfTheParameters_IsConverged()
    {
        using Tensor start = Tensor.From([1.2, 2.2]);
        using LbfgsResult zero = Lbfgs.Minimize(p => 3.0 + 0.0 * Tf.ReduceSum(p), start);
        using LbfgsResult sign = Lbfgs.Minimize(p => Tf.ReduceSum(Tf.Sign(p)), start);
        using LbfgsResult dead = Lbfgs.Minimize(p => Tf.ReduceSum(Tf.NN.Relu(-p)), start);
        Assert.All([zero, sign, dead], result => Assert.Equal((StopReason.Converged, 0), (result.Reason, result.Iterations)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Minimize_OneOfTwoVariablesUnused_FindsTheOther(bool byAssignment)
    {
        using TensorScope scope = new();
        using Variable used = new(Tensor.From([1.2]), "used"), unused = new(Tensor.From([7.0]), "unused");
        using Fit objective =
            new([used, unused], () => Tf.ReduceSum(Tf.Square(used.Value - 3.0)),
            new ObjectiveOptions { UpdateByAssignment = byAssignment });
        using LbfgsResult result = Lbfgs.Minimize(objective);
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Equal(3.0, used.Value.ToArray<double>()[0], 1e-7);
        Assert.Equal([7.0], unused.Value.ToArray<double>());
    }

    private sealed class Fit(IReadOnlyList<Variable> variables, Func<Tensor> loss, ObjectiveOptions? options = null)
        : VariableObjective(variables, options)
    {
        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data) => loss();
    }
}

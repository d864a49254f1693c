using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Functions that return what does not fit, or throw: a sentence, no leak, and the best point kept.</summary>
public sealed class ObjectiveGuardTests : LeakChecked
{
    private static readonly Dictionary<string, (Func<Tensor, (Tensor Loss, Tensor Gradient)> Function, string[] Says)> Wrong = new()
    {
        ["gradient of another length"] = (x => (Sum(x), x[..1]), ["gradient of float64(2,)", "received float64(1,)"]),
        ["gradient of another rank"] = (x => (Sum(x), Tf.Reshape(x, [2, 1])), ["gradient of float64(2,)", "received float64(2, 1)"]),
        ["gradient that is a scalar"] = (x => (Sum(x), Sum(x)), ["gradient of float64(2,)", "received float64()"]),
        ["gradient of float32"] = (x => (Sum(x), RawOps.Cast(x, DType.Float32)), ["gradient of float64(2,)", "received float32(2,)"]),
        ["loss of float32"] = (x => (RawOps.Cast(Sum(x), DType.Float32), x), ["loss of float64()", "received float32()"]),
        ["loss that is a vector"] = (x => (x, x), ["loss of float64()", "received float64(2,)"]),
        ["no gradient"] = (x => (Sum(x), null!), ["null for the gradient"]),
        ["no loss"] = (x => (null!, x), ["null for the loss"]),
        ["throws"] =
            (x => throw new InvalidOperationException("my own words"), ["InvalidOperationException", "my own words", "float64(2,)"]),
        ["shapes that do not fit inside"] = (x => (Sum(x * Tensor.From([1.0, 2.0, 3.0])), x), ["TfStatusException", "float64(3,)"]),
    };

    public static TheoryData<string, Execution> Cases()
    {
        TheoryData<string, Execution> cases = [];
        foreach (string name in Wrong.Keys)
        {
            foreach (Execution execution in Enum.GetValues<Execution>())
                cases.Add(name, execution);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Minimize_FunctionThatDoesNotFit_SaysSo(string name, Execution execution)
    {
        using Tensor start = Tensor.From([1.0, 2.0]);
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(Wrong[name].Function, start, new LbfgsOptions { Execution = execution }));
        Assert.StartsWith("The function to minimize: expected", e.Message, StringComparison.Ordinal);
        Assert.All(Wrong[name].Says, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Minimize_LossFunctionThatReturnsNull_SaysSo()
    {
        using Tensor start = Tensor.From([1.0]);
        Assert.Contains("expected a loss, received null",
            Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(x => (Tensor)null!, start)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    public void Minimize_GradientOnAnotherDevice_NamesBoth(Execution execution)
    {
        using Tensor start = Tensor.From([1.0, 2.0]);
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(x => (Sum(x), x.CopyTo("/CPU:1")), start, new LbfgsOptions { Execution = execution }));
        Assert.Contains("expected a gradient on /job:localhost/replica:0/task:0/device:CPU:0", e.Message, StringComparison.Ordinal);
        Assert.Contains("received float64(2,) on /job:localhost/replica:0/task:0/device:CPU:1", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    public void Minimize_EverythingOnTheSecondDevice_RunsThere(Execution execution)
    {
        using IDisposable device = Device.Use("/CPU:1");
        using Tensor start = Tensor.From([1.0, 2.0]);
        using LbfgsResult result =
            Lbfgs.Minimize(x => (Sum(x * x), (2 * x).CopyTo("/CPU:1")), start, new LbfgsOptions { Execution = execution });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.EndsWith("CPU:1", result.Position.DeviceName, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_ShapeThatNoTraceKnows_IsCheckedWhenItRuns()
    {
        // The number of elements above a limit is known only at run time.
        using Tensor start = Tensor.From([1.0, 2.0]);
        TfLbfgsException e =
            Assert.ThrowsAny<TfLbfgsException>(() =>
            Lbfgs.Minimize(x => (Sum(x), Tf.Reshape(RawOps.Where(x > 1.5), [-1]) is { } i ? RawOps.Cast(i, DType.Float64) : x), start));
        Assert.Contains("[2]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[1]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_EmptyVectorOrWrongStart_SaysWhatWasExpected()
    {
        using Tensor empty = Tensor.Zeros([0], DType.Float64), matrix = Tensor.Zeros([2, 2], DType.Float64), whole = Tensor.From([1, 2]),
            two = Tensor.From([1.0, 2.0]), three = Tensor.From([1.0, 2.0, 3.0]);
        Assert.Contains("received an empty vector, float64(0,)", Message(() => Lbfgs.Minimize(Sum, empty)), StringComparison.Ordinal);
        Assert.Contains("received float64(2, 2)", Message(() => Lbfgs.Minimize(Sum, matrix)), StringComparison.Ordinal);
        Assert.Contains("received int32(2,)", Message(() => Lbfgs.Minimize(Sum, whole)), StringComparison.Ordinal);
        Assert.Contains("an initial position of float64(2,), received float64(3,)",
            Message(() => Lbfgs.Minimize(new FunctionObjective(Sum, two), three)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Minimize_ObjectiveThrowsLater_TheVariableHoldsTheBestPoint(bool byAssignment)
    {
        using TensorScope scope = new();
        using Variable variable = new(Tensor.From([-1.2, 1.0]), "x");
        using Fragile objective = new(variable, new ObjectiveOptions { UpdateByAssignment = byAssignment });
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager }));
        Assert.Contains("The objective Fragile", e.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(e.InnerException);
        Assert.Equal(8, objective.Evaluations);
        Assert.Equal(objective.History.Min(), objective.Evaluate(variable.Value, []).Loss.ToDouble(), 1e-12);
        Assert.True(objective.History.Min() < objective.History[0]);
    }

    [Fact]
    public void Minimize_ListenerOfEvaluationsThrows_TheVariableHoldsTheBestPoint()
    {
        using TensorScope scope = new();
        using Variable variable = new(Tensor.From([-1.2, 1.0]), "x");
        using Fragile objective = new(variable, new ObjectiveOptions()) { ThrowAt = 6 };
        Assert.Throws<NotSupportedException>(() => Lbfgs.Minimize(objective));
        Assert.True(objective.Evaluate(variable.Value, []).Loss.ToDouble() < objective.History[0]);
    }

    [Fact]
    public void Minimize_Cancelled_IsNotWrapped()
    {
        using Tensor start = Tensor.From([1.0, 2.0]);
        Func<Tensor, Tensor> cancels = _ => throw new OperationCanceledException();
        Assert.Throws<OperationCanceledException>(() => Lbfgs.Minimize(cancels, start, new LbfgsOptions { Execution = Execution.Eager }));
    }

    private static string Message(Func<object> run) => Assert.Throws<TfLbfgsException>(run).Message;

    private static Tensor Sum(Tensor x) => Tf.ReduceSum(x);

    private sealed class Fragile(Variable variable, ObjectiveOptions options) : VariableObjective([variable], options)
    {
        private int _calls;

        public int ThrowAt { get; init; } = int.MaxValue;

        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data)
        {
            if (++_calls == 9)
                throw new InvalidOperationException("the ninth call");
            Tensor x = TrainedVariables[0].Value;
            return 100 * Tf.Square(x[1] - Tf.Square(x[0])) + Tf.Square(1 - x[0]);
        }

        protected internal override void OnEvaluated(double loss)
        {
            base.OnEvaluated(loss);
            if (Evaluations == ThrowAt)
                throw new NotSupportedException();
        }
    }
}

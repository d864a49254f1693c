using System.Globalization;
using System.Text.RegularExpressions;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Resuming;

/// <summary>
/// A state that is resumed on other data, another loss or another scaling is refused with both losses, or begins anew at its point.
/// </summary>
public sealed class ChangedProblemTests : LeakChecked
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tflbfgs-changed").FullName;

    [Theory]
    [InlineData("data")]
    [InlineData("loss")]
    [InlineData("scaling")]
    [InlineData("rows")]
    public void Minimize_LoadedState_OfAChangedProblem_IsRefusedWithBothLosses(string change)
    {
        using TensorScope scope = new();
        string file = Saved();
        FunctionObjective objective = Changed(change);
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { MaxIterations = 200 });
        using LbfgsState state = LbfgsState.Load(file);
        double before = state.Loss;
        TfLbfgsException refused = Assert.Throws<TfLbfgsException>(() => minimizer.Minimize(state));
        double now = objective.Evaluate(state.Position, objective.Data).Loss.ToScalar<double>();
        Assert.Contains(FormattableString.Invariant($"{before:R}"), refused.Message, StringComparison.Ordinal);
        double received = double.Parse(Regex.Match(refused.Message, "received ([^ ]+) from").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(now, received, 1e-9 * now);
        Assert.Equal((6, before), (state.Iterations, state.Loss));
        Assert.Throws<TfLbfgsException>(() => minimizer.Step(state));
        Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(objective, new LbfgsOptions { Checkpoint = new Checkpoint(file) { Resume = true } }));

        // The point as a start: the run is that from there.
        minimizer.Options = minimizer.Options with { OnChangedProblem = ChangedProblemPolicy.Restart };
        using Tensor start = Tensor.From(state.Position.ToArray<double>());
        using LbfgsResult anew = minimizer.Minimize(state);
        using LbfgsResult expected =
            Lbfgs.Minimize(p => objective.Evaluate(p, objective.Data), start, new LbfgsOptions { MaxIterations = 200 });
        Assert.Equal((expected.Reason, expected.Iterations, expected.Loss), (anew.Reason, anew.Iterations, anew.Loss));
        Assert.Equal(received, anew.InitialLoss);
    }

    [Fact]
    public void Step_AfterTheDataChanged_IsRefusedOrBeginsAnew()
    {
        using TensorScope scope = new();
        Changing objective = new(Targets(0));
        using LbfgsMinimizer minimizer = new(objective);
        using LbfgsState state = minimizer.Begin();
        minimizer.Step(state);
        objective.Target = Targets(0);
        Assert.True(minimizer.Step(state), "equal data in another tensor");
        objective.Target = Targets(5);
        Assert.Contains("its data, its loss or its scaling are others",
            Assert.Throws<TfLbfgsException>(() => minimizer.Step(state)).Message, StringComparison.Ordinal);
        minimizer.Options = new LbfgsOptions { OnChangedProblem = ChangedProblemPolicy.Restart };
        Assert.True(minimizer.Step(state));
        Assert.Equal(1, state.Iterations);
        Assert.Equal(2, state.History.Count);
    }

    [Fact]
    public void Minimize_SameProblem_GoesOnWithoutCountingTheComparison()
    {
        using TensorScope scope = new();
        FunctionObjective objective = new(Loss, Tensor.From(PairedRosenbrock.Start), [Targets(0)]);
        using LbfgsResult whole = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 200 });
        using LbfgsState state = LbfgsState.Load(Saved());
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { MaxIterations = 200 });
        using LbfgsResult rest = minimizer.Minimize(state);
        StepTests.AssertSame(whole, rest);
        Assert.Equal(whole.Reads, rest.Reads);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Directory.Delete(_folder, recursive: true);
    }

    private static Tensor Loss(Tensor x, IReadOnlyList<Tensor> data) =>
        PairedRosenbrock.Value(x) + Tf.ReduceMean(Tf.Square(Tf.ReduceSum(x) - data[0]));

    private static Tensor Targets(double shift, int count = 8) => Tensor.From([.. Enumerable.Range(0, count).Select(i => i + shift)]);

    private static FunctionObjective Changed(string change)
    {
        Tensor start = Tensor.From(PairedRosenbrock.Start);
        return change switch
        {
            "data" => new FunctionObjective(Loss, start, [Targets(1e-3)]),
            "rows" => new FunctionObjective(Loss, start, [Targets(0, 9)]),
            "loss" => new FunctionObjective((x, data) => Loss(x, data) + 1e-4 * Tf.ReduceSum(Tf.Square(x)), start, [Targets(0)]),
            _ => new FunctionObjective((x, data) => Loss(1.001 * x, data), start, [Targets(0)]),
        };
    }

    private string Saved()
    {
        string file = Path.Combine(_folder, "six.state");
        using TensorScope scope = new();
        using LbfgsMinimizer minimizer = new(new FunctionObjective(Loss, Tensor.From(PairedRosenbrock.Start), [Targets(0)]));
        using LbfgsState state = minimizer.Begin();
        for (int i = 0; i < 6; i++)
            minimizer.Step(state);
        state.Save(file);
        return file;
    }

    private sealed class Changing(Tensor target) : Objective
    {
        public Tensor Target { get; set; } = target;

        public override long Count => PairedRosenbrock.Start.Length;

        public override DType DType => DType.Float64;

        public override IReadOnlyList<Tensor> Data => [Target];

        public override Tensor InitialPosition() => Tensor.From(PairedRosenbrock.Start);

        public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data) =>
            new FunctionObjective(Loss, position, data).Evaluate(position, data);
    }
}

using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>The form of the recipe's callable that is a class to derive from.</summary>
public sealed class VariableObjectiveTests : LeakChecked
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Minimize_ClassOfTheUser_FindsTheVariablesAndCounts(bool byAssignment)
    {
        using TensorScope scope = new();
        using Variable amplitude = new(Tensor.Scalar(0.5), "amplitude"), rate = new(Tensor.From([0.2]), "rate");
        using Decay objective = new(amplitude, rate, new ObjectiveOptions { UpdateByAssignment = byAssignment });
        using LbfgsResult result = Lbfgs.Minimize(objective);
        Assert.True(result.IsSuccess || result.Reason == StopReason.WorkingPrecision, result.ToString());
        Assert.Equal(2.0, amplitude.Value.ToScalar<double>(), 1e-6);
        Assert.Equal(0.7, rate.Value.ToArray<double>()[0], 1e-6);
        Assert.Equal(result.Evaluations, objective.Evaluations);
        Assert.Equal(result.Evaluations, objective.Heard);
        Assert.Equal(result.Loss, objective.History.Min());
    }

    [Fact]
    public void Dx574_CoefficientOutsideTheNetwork_IsPartOfTheLayoutAndFound()
    {
        // u' = -c u with unknown c: a network for u from data, and the coefficient from the residual, in one vector.
        using TensorScope scope = new();
        using Variable hidden = new(Tensor.From<double>([.. Enumerable.Range(0, 8).Select(i => Math.Sin(3 * i + 1))], [1, 8]), "hidden");
        using Variable offset = new(Tensor.From<double>([.. Enumerable.Range(0, 8).Select(i => Math.Cos(2 * i))]), "offset");
        using Variable last = new(Tensor.From<double>([.. Enumerable.Range(0, 8).Select(i => Math.Cos(5 * i + 2))], [8, 1]), "last");
        using Variable coefficient = new(Tensor.Scalar(0.0), "coefficient");
        using Residual objective = new([hidden, offset, last], new ObjectiveOptions { ExtraVariables = [coefficient] });
        Assert.Equal(["hidden", "offset", "last", "coefficient"], objective.Layout.Slots.Select(slot => slot.Name));
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 2000 });
        Assert.Equal(0.7, coefficient.Value.ToScalar<double>(), 0.02);
        Assert.Equal(result.Position.ToArray<double>()[^1], coefficient.Value.ToScalar<double>());
    }

    [Fact]
    public void Constructor_SharedVariable_StandsOnceAndGetsTheWholeGradient()
    {
        using TensorScope scope = new();
        using Variable shared = new(Tensor.From([3.0]), "shared");
        using Twice objective = new(shared);
        Assert.Equal(1, objective.Count);
        (Tensor loss, Tensor gradient) = objective.Evaluate(objective.InitialPosition(), []);
        Assert.Equal(18, loss.ToDouble());
        Assert.Equal([12.0], gradient.ToArray<double>());
    }

    [Fact]
    public void TorchSim559_MinimizeUnderAnOuterTape_RecordsNothing()
    {
        using TensorScope scope = new();
        Tensor start = Tensor.From([-1.2, 1.0]);
        using Variable variable = new(start, "x");
        using GradientTape tape = new(persistent: true);
        tape.Watch(start);
        tape.Watch(variable);
        long before = LiveHandles.Snapshot().Values.Sum();
        for (int i = 0; i < 3; i++)
        {
            using LbfgsResult result = Lbfgs.Minimize(x => 100 * Tf.Square(x[1] - Tf.Square(x[0])) + Tf.Square(1 - x[0]), start);
            using Bowl bowl = new(variable);
            using LbfgsResult ofVariable = Lbfgs.Minimize(bowl, new LbfgsOptions { MaxIterations = 3 });
            Assert.Null(tape.GradientOrNull(result.Position, start));
        }

        Assert.Equal(before, LiveHandles.Snapshot().Values.Sum());
        Tensor after = start * 2;
        Assert.Equal([2.0, 2.0], tape.Gradient(after, start).ToArray<double>());
    }

    private sealed class Decay : VariableObjective
    {
        private readonly Variable _amplitude;
        private readonly Variable _rate;
        private readonly Tensor _times = Tensor.From([0.0, 0.5, 1.0, 2.0, 4.0]).Keep();
        private readonly Tensor _values;

        public Decay(Variable amplitude, Variable rate, ObjectiveOptions options) : base([amplitude, rate], options)
        {
            (_amplitude, _rate) = (amplitude, rate);
            _values = (2 * Tf.Exp(-0.7 * _times)).Keep();
        }

        public int Heard { get; private set; }

        public override IReadOnlyList<Tensor> Data => [_times, _values];

        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data) =>
            Tf.ReduceMean(Tf.Square(_amplitude.Value * Tf.Exp(-_rate.Value * data[0]) - data[1]));

        protected internal override void OnEvaluated(double loss)
        {
            base.OnEvaluated(loss);
            Heard++;
        }

        protected override void Dispose(bool disposing)
        {
            _times.Dispose();
            _values.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Residual(IReadOnlyList<Variable> network, ObjectiveOptions options) : VariableObjective(network, options)
    {
        private readonly Tensor _t = Tensor.From<double>([.. Enumerable.Range(0, 21).Select(i => 0.1 * i)], [21, 1]);

        public override IReadOnlyList<Tensor> Data => [_t];

        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data)
        {
            Tensor t = data[0];
            using GradientTape tape = new(watchAccessedVariables: false);
            tape.Watch(t);
            Tensor u = Tf.MatMul(Tf.Tanh(Tf.MatMul(t, TrainedVariables[0].Value) + TrainedVariables[1].Value), TrainedVariables[2].Value);
            Tensor slope = tape.Gradient(u, t);
            return Tf.ReduceMean(Tf.Square(u - 2 * Tf.Exp(-0.7 * t))) + Tf.ReduceMean(Tf.Square(slope + TrainedVariables[3].Value * u));
        }

        protected override void Dispose(bool disposing)
        {
            _t.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Twice(Variable shared) : VariableObjective([shared, shared])
    {
        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data) =>
            Tf.ReduceSum(TrainedVariables[0].Value * TrainedVariables[0].Value + Tf.Square(TrainedVariables[0].Value));
    }

    private sealed class Bowl(Variable variable) : VariableObjective([variable])
    {
        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data) => Tf.ReduceSum(Tf.Square(TrainedVariables[0].Value));
    }
}

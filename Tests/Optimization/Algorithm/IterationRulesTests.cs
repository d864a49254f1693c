using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using Host = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;
using HostZoom = TfLbfgs.Optimization.ZoomRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;
using Traced = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.TracedScalar, TfLbfgs.Optimization.TracedTruth>;
using TracedZoom = TfLbfgs.Optimization.ZoomRules<TfLbfgs.Optimization.TracedScalar, TfLbfgs.Optimization.TracedTruth>;

namespace TfLbfgs.Tests.Optimization.Algorithm;

/// <summary>The rules on numbers of the host and on tensors are the same to the bit: no driver can drift from another one.</summary>
public sealed class IterationRulesTests : LeakChecked
{
    [Fact]
    public void AfterSearch_OnTensors_IsThatOfTheHostBitForBit()
    {
        Random random = new(16);
        HashSet<RunEnd> ends = [];
        for (int i = 0; i < 250; i++)
        {
            using TensorScope scope = new();
            RunNumbers<HostScalar> numbers = Numbers(random);
            RuleLimits<HostScalar> limits = new(2.220446049250313e-16, i % 3 == 0 ? 1e-6 : 0, i % 5 == 0 ? 1e-8 : 0, 10, 5);
            SearchOutcome<HostScalar, HostTruth> outcome = Outcome(random);
            SearchVerdict<HostScalar, HostTruth> host = Host.AfterSearch(numbers, outcome, limits);
            SearchVerdict<TracedScalar, TracedTruth> traced = Traced.AfterSearch(numbers.Select(Trace), Trace(outcome), Trace(limits));
            Assert.Equal(host.Numbers.Pack().Select(n => n.Value), traced.Numbers.Pack().Select(Value));
            Assert.Equal((host.End.Value, host.PredictedDecrease.Value), (Value(traced.End), Value(traced.PredictedDecrease)));
            Assert.Equal(host.Restarts.Value, traced.Restarts.Tensor.ToScalar<bool>());
            ends.Add((RunEnd)(int)host.End.Value);
        }

        Assert.Equal(6, ends.Count);
    }

    [Fact]
    public void ZoomNext_OnTensors_IsThatOfTheHostBitForBit()
    {
        Random random = new(17);
        HashSet<ZoomStatus> seen = [];
        for (int i = 0; i < 150; i++)
        {
            using TensorScope scope = new();
            ZoomPoint<HostScalar> start = new(0, 1, -1);
            WolfeConditions<HostScalar> conditions = new(start, 1e-4, i % 2 == 0 ? 0.9 : 0.1, i % 7 == 0 ? 0.5 : 0, i % 5 == 0 ? 0.3 : 0);
            ZoomState<HostScalar> state =
                HostZoom.Begin(start, Positive(random)) with { Wall = random.Next(4) == 0 ? 3 : double.PositiveInfinity };
            if (random.Next(2) == 0)
                state = state with
                {
                    Low = new(Positive(random), Signed(random), Signed(random)),
                    High = new(Positive(random), Signed(random), Signed(random)),
                    HasHigh = 1
                };
            ZoomPoint<HostScalar> trial = new(state.Step, random.Next(8) == 0 ? double.NaN : 2 * Signed(random), Signed(random));
            bool isFinite = double.IsFinite(trial.Value.Value);
            bool isUsedUp = random.Next(3) == 0;
            (ZoomState<HostScalar> host, HostScalar status) = HostZoom.Next(state, trial, isFinite, conditions, isUsedUp);
            (ZoomState<TracedScalar> traced, TracedScalar tracedStatus) = TracedZoom.Next(
                Trace(state), Trace(trial), isFinite,
                    new(Trace(start), Trace(conditions.SufficientDecrease), Trace(conditions.Curvature), Trace(conditions.Noise),
                        Trace(conditions.Rise)),
                    isUsedUp);
            Assert.Equal(status.Value, Value(tracedStatus));
            HostScalar[] expected = [host.Step, .. host.Low.Pack(), .. host.High.Pack(), host.HasHigh, host.Wall];
            TracedScalar[] actual = [traced.Step, .. traced.Low.Pack(), .. traced.High.Pack(), traced.HasHigh, traced.Wall];
            Assert.Equal(expected.Select(n => n.Value), actual.Select(Value));
            seen.Add((ZoomStatus)(int)status.Value);
        }

        Assert.True(seen.Count >= 4, string.Join(", ", seen));
    }

    [Fact]
    public void Pack_AndOf_AreOneOrder()
    {
        double[] run = [.. Enumerable.Range(1, RunNumbers<double>.Count).Select(i => (double)i)];
        Assert.Equal(run, RunNumbers<double>.Of(run).Pack());
        double[] loop = [.. Enumerable.Range(1, LoopNumbers<double>.Count).Select(i => (double)i)];
        Assert.Equal(loop, LoopNumbers<double>.Of(loop).Pack());
        double[] limits = [.. Enumerable.Range(1, LoopLimits<double>.Count).Select(i => (double)i)];
        Assert.Equal(limits, LoopLimits<double>.Of(limits).Pack());
        using TensorScope scope = new();
        Tensor[] tensors = [.. Enumerable.Range(1, EvaluationScalars.Width).Select(i => Tensor.Scalar((double)i))];
        Tensor[] packed = EvaluationScalars.Order(
            value: tensors[0], slope: tensors[1], gradientMax: tensors[2], gradientSquared: tensors[3], changeSquared: tensors[4],
                directionDotChange: tensors[5], moved: tensors[6],
            startSlope: tensors[7], directionSquared: tensors[8]);
        EvaluationScalars read = EvaluationScalars.Of(0.5, packed.Select(t => t.ToScalar<double>()).ToArray());
        Assert.Equal(
            new EvaluationScalars(0.5, Value: 1, Slope: 2, GradientMax: 3, GradientSquared: 4, ChangeSquared: 5, DirectionDotChange: 6,
            Moved: 7, StartSlope: 8, DirectionSquared: 9), read);
    }

    private static double Positive(Random random) => Math.Exp(6 * random.NextDouble() - 3);

    private static double Signed(Random random) => 2 * random.NextDouble() - 1;

    private static RunNumbers<HostScalar> Numbers(Random random) => Host.Begin(100) with
    {
        Iterations = random.Next(50),
        Evaluations = 60,
        FailsInRow = random.Next(7),
        Floor = random.Next(2) == 0 ? 9 : random.Next(12),
        Unchanged = random.Next(2) == 0 ? 9 : random.Next(12),
        ShortStart = random.Next(2) == 0 ? 1 : 1e-3,
        FirstStep = Math.Min(1, Positive(random)),
        LastDecrease = random.Next(3) == 0 ? -0.1 : Math.Pow(10, -18 * random.NextDouble()),
        SlopeLeft = Signed(random),
        CapScore = random.Next(-3, 4),
        KeepsMemory = random.Next(2),
        ProvenNoise = random.Next(3) == 0 ? 1e-4 : 0,
        ShownError = random.Next(3) == 0 ? 2e-4 : 0,
    };

    private static SearchOutcome<HostScalar, HostTruth> Outcome(Random random)
    {
        int kind = random.Next(4);
        bool moves = kind is 0 or 2 || (kind == 1 && random.Next(2) == 0);
        double change = random.Next(4) switch { 0 => 0, 1 => 1e-15, 2 => 1e-5, _ => 1 };
        return new()
        {
            Accepted = kind == 0,
            Failed = kind is 1 or 3,
            Lower = kind is 1 or 2 && moves,
            Fresh = random.Next(2) == 0,
            HasPair = moves && random.Next(2) == 0,
            HadPairs = random.Next(2) == 0,
            IsLessNoisy = random.Next(6) == 0,
            Step = Positive(random),
            Moved = random.Next(8) == 0 ? 0 : 1,
            Slope = -Math.Pow(10, -18 * random.NextDouble()),
            NewSlope = moves ? Signed(random) : 0,
            Value = 3,
            NewValue = moves ? 3 - change : 3,
            LowestBefore = random.Next(2) == 0 ? 3 : 3 - 1e-5,
            Error = random.Next(3) == 0 ? 1e-3 : 0,
        };
    }

    private static double Value(TracedScalar scalar) => scalar.Tensor.ToScalar<double>();

    private static TracedScalar Trace(HostScalar scalar) => scalar.Value;

    private static ZoomPoint<TracedScalar> Trace(ZoomPoint<HostScalar> point) =>
        new(Trace(point.Step), Trace(point.Value), Trace(point.Slope));

    private static ZoomState<TracedScalar> Trace(ZoomState<HostScalar> state) =>
        new(Trace(state.Step), Trace(state.Low), Trace(state.High), Trace(state.HasHigh), Trace(state.Wall));

    private static RuleLimits<TracedScalar> Trace(RuleLimits<HostScalar> limits) =>
        new(Trace(limits.Epsilon), Trace(limits.AbsoluteError), Trace(limits.RelativeError), Trace(limits.FloorIterations),
            Trace(limits.MaxRestarts));

    private static SearchOutcome<TracedScalar, TracedTruth> Trace(SearchOutcome<HostScalar, HostTruth> outcome) => new()
    {
        Accepted = outcome.Accepted.Value,
        Failed = outcome.Failed.Value,
        Lower = outcome.Lower.Value,
        Fresh = outcome.Fresh.Value,
        HasPair = outcome.HasPair.Value,
        HadPairs = outcome.HadPairs.Value,
        IsLessNoisy = outcome.IsLessNoisy.Value,
        Step = Trace(outcome.Step),
        Moved = Trace(outcome.Moved),
        Slope = Trace(outcome.Slope),
        NewSlope = Trace(outcome.NewSlope),
        Value = Trace(outcome.Value),
        NewValue = Trace(outcome.NewValue),
        LowestBefore = Trace(outcome.LowestBefore),
        Error = Trace(outcome.Error),
    };
}

using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization;

public sealed class BlockScalingTests : LeakChecked
{
    [Theory]
    [InlineData(1e6, 1e-6, Execution.Traced)]
    [InlineData(1e-6, 1e6, Execution.Traced)]
    [InlineData(1e-6, 1e6, Execution.Eager)]
    [InlineData(1e6, 1e-6, Execution.CompiledCalls)]
    public void Minimize_VariablesOfVeryDifferentSize_AreFoundByAutomaticScaling(double a, double b, Execution execution)
    {
        using TensorScope scope = new();
        Tensor s = Tensor.From([a, b]);
        Tensor start = Tensor.From([-1.2, 1.0]) / s;
        Tensor Loss(Tensor x) => Rosenbrock(x * s);
        LbfgsOptions options = new() { Execution = execution, MaxIterations = 200 };
        using LbfgsResult plain = Lbfgs.Minimize(Loss, start, options);
        Assert.True(plain.Loss > 1, plain.ToString());
        List<LbfgsTrial> trials = [];
        using LbfgsResult scaled =
            Lbfgs.Minimize(Loss, start, options with { BlockScaling = BlockScaling.Automatic, Trials = new Listener(trials) });
        Assert.True(scaled.Loss < 1e-15, scaled.ToString());
        Assert.True(scaled.Evaluations < 150, scaled.ToString());
        Assert.Equal(scaled.Evaluations, trials.Count);
        double[] x = scaled.Position.ToArray<double>();
        Assert.Equal(1, x[0] * a, 1e-7);
        Assert.Equal(1, x[1] * b, 1e-7);
        // Position, gradient and its norm are those of x.
        using Tensor again = new FunctionObjective(Loss, start).Evaluate(scaled.Position, []).Gradient;
        Assert.All(again.ToArray<double>().Zip(scaled.Gradient.ToArray<double>()),
            pair => Assert.Equal(pair.First, pair.Second, execution == Execution.CompiledCalls ? 1e-6 : 0));
        Assert.Equal(scaled.Gradient.ToArray<double>().Max(Math.Abs), scaled.GradientNorm);
    }

    [Fact]
    public void Minimize_GivenSizes_AreWhatAScaledObjectiveDoes()
    {
        using TensorScope scope = new();
        Tensor sizes = Tensor.From([0.25, 1024.0]);
        Tensor start = Tensor.From([-1.2, 1.0]) * sizes;
        FunctionObjective objective = new(x => Rosenbrock(x / sizes), start);
        // No tolerance, since those are of x in one run and of z in the other.
        // Both by ops, since scaled steps always are.
        LbfgsOptions options = new() { GradientTolerance = 0, MaxIterations = 15, ComputesByOps = true };
        using LbfgsResult inX = Lbfgs.Minimize(objective, options with { BlockScaling = BlockScaling.Of(sizes) });
        using ScaledObjective scaled = new(objective, sizes);
        using LbfgsResult inZ = Lbfgs.Minimize(scaled, options);
        Assert.Equal(inZ.Evaluations, inX.Evaluations);
        Assert.Equal(scaled.ToOriginal(inZ.Position).ToArray<double>(), inX.Position.ToArray<double>());
        Assert.Equal(inZ.Loss, inX.Loss);
        Assert.Equal((inZ.Gradient / sizes).ToArray<double>(), inX.Gradient.ToArray<double>());
        Assert.Equal(inZ.History.Select(p => p.GradientLength), inX.History.Select(p => p.GradientLength));
    }

    [Fact]
    public void Minimize_SizesByName_ScaleVariablesOfALayout()
    {
        using TensorScope scope = new();
        using NamedObjective objective = Decay();
        LbfgsOptions options = new() { MaxIterations = 200, GradientTolerance = 1e-12 };
        using LbfgsResult named =
            Lbfgs.Minimize(objective, options with { BlockScaling = BlockScaling.Of(("amplitude", 1e5), ("rate", 1e-4)) });
        using LbfgsResult automatic = Lbfgs.Minimize(objective, options with { BlockScaling = BlockScaling.Automatic });
        foreach (LbfgsResult result in (LbfgsResult[])[named, automatic])
        {
            using NamedTensors values = objective.Split(result.Position);
            Assert.Equal(1, values["amplitude"].ToArray<double>()[0] / 3e5, 1e-5);
            Assert.Equal(1, values["rate"].ToScalar<double>() / 2e-4, 1e-5);
        }

        Assert.Contains("amplitude, rate, received 'x'",
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(objective, new LbfgsOptions { BlockScaling = BlockScaling.Of(("x", 2)) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_ScaledRunPutAside_GoesOnToTheSameBits()
    {
        using TensorScope scope = new();
        Tensor s = Tensor.From([1e4, 1e-3]);
        FunctionObjective objective = new(x => Rosenbrock(x * s), Tensor.From([-1.2, 1.0]) / s);
        LbfgsOptions options = new() { BlockScaling = BlockScaling.Automatic, MaxIterations = 12 };
        using LbfgsResult whole = Lbfgs.Minimize(objective, options);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (LbfgsMinimizer first = new(objective, options))
            using (LbfgsState state = first.Begin())
            {
                for (int i = 0; i < 5; i++)
                    Assert.True(first.Step(state));
                state.Save(path);
            }

            using LbfgsMinimizer second = new(objective, options);
            using LbfgsState loaded = LbfgsState.Load(path);
            using LbfgsResult resumed = second.Minimize(loaded);
            Assert.Equal(whole.Position.ToArray<double>(), resumed.Position.ToArray<double>());
            Assert.Equal(whole.Evaluations, resumed.Evaluations);
            using LbfgsMinimizer unscaled = new(objective);
            using LbfgsState other = LbfgsState.Load(path);
            Assert.Contains("curvature of each variable", Assert.Throws<TfLbfgsException>(() => unscaled.Minimize(other)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Minimize_Float32WithoutCurvatureOrStart_TakesTheOthersMean()
    {
        using TensorScope scope = new();
        using LbfgsResult flat =
            Lbfgs.Minimize(x => Tf.ReduceSum(x[..2]) * 0 + Tf.ReduceSum(Tf.Square(x[2..] - 1)), Tensor.From([0f, 0, 0, 5]),
            new LbfgsOptions { BlockScaling = BlockScaling.AutomaticPerParameter });
        Assert.Equal(StopReason.Converged, flat.Reason);
        Assert.Equal([0f, 0, 1, 1], flat.Position.ToArray<float>());
        using LbfgsResult linear =
            Lbfgs.Minimize(x => Tf.ReduceSum(x), Tensor.From([1.0, 2]),
            new LbfgsOptions { BlockScaling = BlockScaling.Automatic, MaxIterations = 3 });
        Assert.Equal(StopReason.IterationLimit, linear.Reason);
    }

    [Fact]
    public void Options_ThatDoNotFit_SayWhatWasExpected()
    {
        using TensorScope scope = new();
        Tensor start = Tensor.From([1.0, 2]);
        LbfgsResult Run(BlockScaling scaling) =>
            Lbfgs.Minimize(x => Tf.ReduceSum(x * x), start, new LbfgsOptions { BlockScaling = scaling });
        Assert.Contains("NamedObjective", Assert.Throws<TfLbfgsException>(() => Run(BlockScaling.Of(("a", 2)))).Message,
            StringComparison.Ordinal);
        Assert.Contains("float64(2,)", Assert.Throws<TfLbfgsException>(() => Run(BlockScaling.Of(Tensor.From([1.0])))).Message,
            StringComparison.Ordinal);
        Assert.Contains("above 0", Assert.Throws<TfLbfgsException>(() => Run(BlockScaling.Of(Tensor.From([1.0, -1])))).Message,
            StringComparison.Ordinal);
        Assert.Contains("above 0", Assert.Throws<TfLbfgsException>(() => BlockScaling.Of(("a", double.NaN))).Message,
            StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<TfLbfgsException>(() => BlockScaling.Of(("a", 1), ("a", 2))).Message,
            StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => new ScaledObjective(new FunctionObjective(x => Tf.ReduceSum(x), start), Tensor.From([1.0])));
    }

    [Fact]
    public void ScaledObjective_TfpRules_AdoptsTheOriginalVariables()
    {
        using TensorScope scope = new();
        Tensor sizes = Tensor.From([1e-6, 1e6]);
        CountingStart inner = new(Tensor.From([-1.2e-6, 1e6]), x => Rosenbrock(x / sizes));
        using ScaledObjective scaled = new(inner, sizes);
        using LbfgsResult result = Lbfgs.Minimize(scaled, LbfgsOptions.TfpCompatible with { MaxIterations = 200 });
        Assert.True(result.Loss < 1e-12, result.ToString());
        Assert.Equal(1e-6, inner.Adopted[0], 1e-11);
        Assert.Equal(scaled.ToOriginal(result.Position).ToArray<double>(), inner.Adopted);
        Assert.Equal(result.Position.ToArray<double>(),
            scaled.ToScaled(Tensor.From(inner.Adopted)).ToArray<double>().Select(z => z).ToArray());
    }

    private static Tensor Rosenbrock(Tensor u) => Square(1 - u[0]) + 100 * Square(u[1] - Square(u[0]));

    /// <summary>Amplitudes of 10^5 and a rate of 10^-4.</summary>
    private static NamedObjective Decay()
    {
        Tensor t = Tensor.From<double>([.. Enumerable.Range(0, 20).Select(i => 1000.0 * i)]);
        Tensor values = 3e5 * Tf.Exp(-2e-4 * t);
        return new NamedObjective(
            (p, d) => Tf.ReduceMean(Tf.Square((p["amplitude"] * Tf.Exp(-p["rate"] * d[0]) - d[1]) / 1e5)),
                [("amplitude", Tensor.From([1e5])), ("rate", Tensor.Scalar(1e-4))], [t, values]);
    }

    private sealed class Listener(List<LbfgsTrial> heard) : IProgress<LbfgsTrial>
    {
        public void Report(LbfgsTrial value) => heard.Add(value);
    }

    private sealed class CountingStart(Tensor start, Func<Tensor, Tensor> loss) : Objective
    {
        private readonly FunctionObjective _function = new(loss, start);

        public double[] Adopted { get; private set; } = [];

        public override long Count => _function.Count;

        public override DType DType => _function.DType;

        public override Tensor InitialPosition() => _function.InitialPosition();

        public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data) =>
            _function.Evaluate(position, data);

        public override void Adopt(Tensor position) => Adopted = position.ToArray<double>();
    }
}

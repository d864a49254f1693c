using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

/// <summary>What a minimizer does when an evaluation fails and the objective recovers.</summary>
public sealed class RecoveringObjectiveTests : LeakChecked
{
    public static TheoryData<int, string, Execution> Failures()
    {
        TheoryData<int, string, Execution> failures = [];
        failures.Add(1, "limited", Execution.Traced);
        failures.Add(7, "limited", Execution.Traced);
        failures.Add(7, "dense", Execution.Traced);
        failures.Add(7, "dense", Execution.Eager);
        return failures;
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Minimize_EvaluationFailsOnce_GoesOnToTheSameBits(int evaluation, string method, Execution execution)
    {
        using TensorScope scope = new();
        LbfgsOptions options = new()
        {
            MaxIterations = 10,
            GradientTolerance = 0,
            Execution = execution,
            Direction = method == "dense" ? new DenseDirection() : new LimitedMemoryDirection(),
        };
        using Failing sound = new(int.MaxValue);
        using Failing failing = new(evaluation);
        using LbfgsResult undisturbed = Lbfgs.Minimize(sound, options);
        using LbfgsResult recovered = Lbfgs.Minimize(failing, options);
        Assert.Equal(1, failing.Recoveries);
        Assert.Equal(undisturbed.Evaluations, recovered.Evaluations);
        Assert.Equal(undisturbed.Position.ToArray<double>(), recovered.Position.ToArray<double>());
    }

    [Theory]
    [InlineData("limited", Execution.Traced, false)]
    [InlineData("limited", Execution.Traced, true)]
    [InlineData("limited", Execution.Eager, true)]
    [InlineData("dense", Execution.Traced, true)]
    public void Step_AfterAnEvaluationThatFailedForGood_GoesOnToTheSameBits(string method, Execution execution, bool isSaved)
    {
        using TensorScope scope = new();
        LbfgsOptions options = new()
        {
            MaxIterations = 20,
            GradientTolerance = 0,
            Execution = execution,
            Direction = method == "dense" ? new DenseDirection() : new LimitedMemoryDirection(),
        };
        string path = Path.Combine(Directory.CreateTempSubdirectory("tflbfgs-test-").FullName, "run.state");
        using Failing sound = new(int.MaxValue) { Size = 30 };
        using LbfgsResult undisturbed = Lbfgs.Minimize(sound, options);
        for (int evaluation = 4; evaluation < 12; evaluation++)
        {
            using Failing failing = new(evaluation) { Size = 30, MayRecover = false };
            using LbfgsMinimizer first = new(failing, options), second = new(sound, options);
            using LbfgsState interrupted = first.Begin();
            Assert.ThrowsAny<TfLbfgsException>(() =>
            {
                while (first.Step(interrupted))
                {
                    // Until an evaluation fails.
                }
            });
            interrupted.Save(path);
            using LbfgsState saved = LbfgsState.Load(path);
            using LbfgsResult result = second.Minimize(isSaved ? saved : interrupted);
            // The search in which it failed begins again.
            Assert.Equal(undisturbed.Iterations, result.Iterations);
            Assert.Equal(undisturbed.Position.ToArray<double>(), result.Position.ToArray<double>());
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Minimize_ByTfpsRules_GoesOnToTheSameBits()
    {
        using TensorScope scope = new();
        TfpOptions options = new() { MaxIterations = 10 };
        using Failing sound = new(int.MaxValue);
        using Failing failing = new(7);
        using LbfgsResult undisturbed = Lbfgs.Minimize(sound, options);
        using LbfgsResult recovered = Lbfgs.Minimize(failing, options);
        Assert.Equal(1, failing.Recoveries);
        Assert.Equal(undisturbed.Position.ToArray<double>(), recovered.Position.ToArray<double>());
        string message = Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(sound, options with { Recover = (_, _) => true })).Message;
        Assert.Contains("Objective.Recover", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default", Execution.Traced)]
    [InlineData("default", Execution.Eager)]
    [InlineData("tfp", Execution.Traced)]
    public void MinimizeBatch_EvaluationFailsOnce_GoesOnToTheSameBits(string rules, Execution execution)
    {
        using TensorScope scope = new();
        using Variable scale = new(Tensor.Scalar(1.0), "scale", trainable: false);
        Tensor starts = Tensor.From<double>([.. Enumerable.Range(0, 12).Select(i => 2 * Math.Sin(2.1 * i))], [3, 4]);
        List<int> attempts = [];
        int iterations = 0;
        bool Recover(TfStatusException failure, int attempt)
        {
            attempts.Add(attempt);
            scale.Assign(Tensor.Scalar(1.0));
            return true;
        }

        LbfgsAction Spoil(LbfgsProgress progress)
        {
            if (++iterations == 4)
                scale.Assign(Tensor.Scalar(double.NaN));
            return LbfgsAction.Continue;
        }

        double[] Run(Func<LbfgsProgress, LbfgsAction>? callback, Func<TfStatusException, int, bool>? recover)
        {
            TfpOptions tfp = new() { MaxIterations = 12, Execution = execution, Callback = callback, Recover = recover };
            BatchOptions own = new() { MaxIterations = 12, Execution = execution, Callback = callback, Recover = recover };
            using LbfgsBatchResult result =
                rules == "tfp" ? Lbfgs.MinimizeBatch(Chain, starts, tfp) : Lbfgs.MinimizeBatch(Chain, starts, own);
            return result.Position.ToArray<double>();
        }

        (Tensor Losses, Tensor Gradients) Chain(Tensor x)
        {
            using TfLbfgs.Gradients.GradientTape tape = new();
            tape.Watch(x);
            Tensor a = x[.., ..^1];
            Tensor b = x[.., 1..];
            Tensor losses = RawOps.CheckNumerics(scale.Value, "the scale") * Tf.ReduceSum(
                100.0 * Tf.Square(b - a * a) + Tf.Square(1.0 - a), [1]);
            return (losses, tape.Gradient(losses, x)!);
        }

        double[] expected = Run(null, null);
        Assert.Equal(expected, Run(null, Recover));
        Assert.Equal(expected, Run(Spoil, Recover));
        Assert.Equal([0], attempts);
        iterations = 0;
        Assert.Contains("the scale", Assert.ThrowsAny<TfLbfgsException>(() => Run(Spoil, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_ObjectiveThatDoesNotRecover_EndsWithTheFailureAndTheBestPoint()
    {
        using TensorScope scope = new();
        using Failing failing = new(7) { MayRecover = false };
        Assert.Contains(
            "CheckNumerics", Assert.ThrowsAny<TfLbfgsException>(() => Lbfgs.Minimize(failing)).Message, StringComparison.Ordinal);
        Assert.NotNull(failing.Adopted);
    }

    /// <summary>Rosenbrock's function, whose evaluations fail after a number of them until it recovers.</summary>
    private sealed class Failing(int evaluation) : Objective, IDisposable
    {
        private readonly Tensor _good = Tensor.Scalar(1.0).Alias();
        private readonly Tensor _bad = Tensor.Scalar(double.NaN).Alias();
        private int _evaluations = 1;

        public int Recoveries { get; private set; }

        public bool MayRecover { get; init; } = true;

        public double[]? Adopted { get; private set; }

        public override long Count => Size;

        public int Size { get; init; } = 4;

        public override DType DType => DType.Float64;

        public override bool UsesSeveralDevices => true;

        public override IReadOnlyList<Tensor> Data => [_evaluations >= evaluation && Recoveries == 0 ? _bad : _good];

        public override Tensor InitialPosition() => Tensor.From<double>([.. Enumerable.Range(0, Size).Select(i => i % 2 == 0 ? -1.2 : 1)]);

        public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
        {
            using TensorScope scope = new();
            Tensor scale = RawOps.CheckNumerics(data[0], "the data");
            using TfLbfgs.Gradients.GradientTape tape = new();
            tape.Watch(position);
            Tensor a = position[..^1];
            Tensor b = position[1..];
            Tensor loss = scale * Tf.ReduceSum(100.0 * Tf.Square(b - a * a) + Tf.Square(1.0 - a));
            return (scope.Keep(loss), scope.Keep(tape.Gradient(loss, position)!));
        }

        public override void Adopt(Tensor position) => Adopted = position.ToArray<double>();

        public void Dispose()
        {
            _good.Dispose();
            _bad.Dispose();
        }

        protected internal override void OnEvaluated(double loss) => _evaluations++;

        protected internal override bool Recover(TfStatusException failure, int attempt)
        {
            Recoveries += MayRecover ? 1 : 0;
            return MayRecover && attempt == 0;
        }
    }
}

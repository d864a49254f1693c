using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Resuming;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Directions;

/// <summary>Directions as a user writes them, from public types alone.</summary>
public sealed class UserDirectionTests : LeakChecked
{
    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.CompiledCalls)]
    [InlineData(Execution.Eager)]
    public void Minimize_ByConjugateGradientsOfTheUser_Converges(Execution execution)
    {
        using LbfgsResult result =
            Lbfgs.Minimize(new PairedRosenbrock(),
            new LbfgsOptions { Direction = new ConjugateGradientMethod(), Execution = execution, Curvature = 0.1 });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.True(result.Loss < 1e-14, result.ToString());
    }

    [Fact]
    public void Minimize_ByMemorylessBfgsOfTheUser_IsLimitedMemoryOfOnePair()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult own = Lbfgs.Minimize(PairedRosenbrock.Value, start, new LbfgsOptions
        {
            Direction = new MemorylessMethod(),
            AdaptFirstTrial = false,
        });
        using LbfgsResult pairs =
            Lbfgs.Minimize(PairedRosenbrock.Value, start,
                new LbfgsOptions { MemoryLength = 1, Scaling = InverseScaling.Scalar, UseLosses = false, AdaptFirstTrial = false });
        Assert.Equal(StopReason.Converged, own.Reason);
        foreach ((LbfgsProgress a, LbfgsProgress b) in own.History.Zip(pairs.History).Take(12))
            Assert.Equal(b.Loss, a.Loss, 1e-6 * Math.Abs(b.Loss));
    }

    [Fact]
    public void Minimize_DirectionThatCapsTheFirstTrial_RepeatsTheLastDecreaseBySlope()
    {
        // Directions of -5 g: the slope is -5 |g|^2, known to the test from the history.
        List<LbfgsTrial> trials = [];
        using Tensor start = Tensor.From([2.0, -1.0, 0.5]);
        using LbfgsResult result = Lbfgs.Minimize(
            x => Tf.ReduceSum(Tensor.From([1.0, 2.0, 4.0]) * Tf.Square(x)),
            start,
            new LbfgsOptions
            {
                Direction = new ScaledGradientMethod(),
                MaxIterations = 12,
                GradientTolerance = 0,
                Trials = new Recorder<LbfgsTrial>(trials.Add)
            });
        int capped = 0;
        for (int k = 2; k <= result.Iterations; k++)
        {
            double decrease = result.History[k - 2].Loss - result.History[k - 1].Loss;
            double slope = 5 * Math.Pow(result.History[k - 1].GradientLength, 2);
            double first = trials.First(trial => trial.Iteration == k).Step;
            // After a rise of the loss no decrease is known.
            double expected = decrease > 0 ? Math.Min(1, 2.02 * decrease / slope) : 1;
            Assert.Equal(expected, first, 1e-12);
            capped += first < 1 ? 1 : 0;
        }

        Assert.True(capped >= 5, $"{capped} of {result.Iterations}");
    }

    [Fact]
    public void Minimize_DirectionThatClimbs_RestartsFromTheSteepestDescent()
    {
        using Tensor start = Tensor.From([1.0, 2.0]);
        using LbfgsResult result =
            Lbfgs.Minimize(x => Tf.ReduceSum(x * x * x * x), start,
            new LbfgsOptions { Direction = new ScaledGradientMethod { Factor = -1 } });
        Assert.True(result.Restarts > 0 && result.Reason == StopReason.Converged, result.ToString());
    }

    [Fact]
    public void Minimize_MethodThatMakesNothing_IsRefused()
    {
        TfLbfgsException refused =
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(new PairedRosenbrock(), new LbfgsOptions { Direction = new NothingMethod() }));
        Assert.Contains("NothingMethod.Create", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_DirectionOfTheUser_IsDisposedWithItsMinimizer()
    {
        CountingMethod method = new();
        using (LbfgsMinimizer minimizer = new(new PairedRosenbrock(), new LbfgsOptions { Direction = method }))
        {
            minimizer.Minimize().Dispose();
            minimizer.Minimize().Dispose();
            Assert.Equal((1, 0), (method.Log.Created, method.Log.Disposed));
        }

        Assert.Equal((1, 1), (method.Log.Created, method.Log.Disposed));
    }

    private sealed record ConjugateGradientMethod : DirectionMethod
    {
        protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options) => new ConjugateGradients();
    }

    /// <summary>Hestenes and Stiefel: d = -g + (g.y / s.y) s.</summary>
    private sealed class ConjugateGradients : IDirection
    {
        public bool IsEmpty { get; private set; } = true;

        public void Clear() => IsEmpty = true;

        public Tensor[] Reserve(PairScalars pair)
        {
            IsEmpty = false;
            return [Tensor.Scalar(pair.StepDotChange)];
        }

        public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments) =>
            Tf.ReduceSum(gradient * change) / arguments[0] * step - gradient;

        public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments) => -gradient;

        public void Dispose()
        {
        }
    }

    private sealed record MemorylessMethod : DirectionMethod
    {
        protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options) => new Memoryless(count);
    }

    /// <summary>BFGS of (s.y / y.y) I with the last pair, which it keeps in variables.</summary>
    private sealed class Memoryless(long count) : IDirection
    {
        private readonly Variable _step = Zeros(count);
        private readonly Variable _change = Zeros(count);

        public bool IsEmpty { get; private set; } = true;

        public void Clear() => IsEmpty = true;

        public Tensor[] Reserve(PairScalars pair)
        {
            IsEmpty = false;
            return [];
        }

        public void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments)
        {
            _step.Assign(step);
            _change.Assign(change);
        }

        public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments) => Apply(gradient, arguments);

        public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments)
        {
            Tensor s = _step.Value;
            Tensor y = _change.Value;
            Tensor sy = Tf.ReduceSum(s * y);
            Tensor q = gradient - Tf.ReduceSum(s * gradient) / sy * y;
            Tensor r = sy / Tf.ReduceSum(y * y) * q;
            return -(r + (Tf.ReduceSum(s * gradient) - Tf.ReduceSum(y * r)) / sy * s);
        }

        public void Dispose()
        {
            _step.Dispose();
            _change.Dispose();
        }

        private static Variable Zeros(long count)
        {
            using Tensor zeros = Tensor.Fill([count], 0, DType.Float64);
            return new Variable(zeros, trainable: false);
        }
    }

    private sealed record ScaledGradientMethod : DirectionMethod
    {
        public double Factor { get; init; } = 5;

        protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options) => new ScaledGradient(Factor);
    }

    private sealed class ScaledGradient(double factor) : IDirection
    {
        public bool IsEmpty { get; private set; } = true;

        public bool CapsFirstTrial => true;

        public void Clear() => IsEmpty = true;

        public Tensor[] Reserve(PairScalars pair)
        {
            IsEmpty = false;
            return [];
        }

        public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments) => -factor * gradient;

        public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments) => -factor * gradient;

        public void Dispose()
        {
        }
    }

    private sealed record NothingMethod : DirectionMethod
    {
        protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options) => null!;
    }

    private sealed record CountingMethod : DirectionMethod
    {
        public Counts Log { get; } = new();

        protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options)
        {
            Log.Created++;
            return new Counted(Log);
        }
    }

    private sealed class Counts
    {
        public int Created { get; set; }

        public int Disposed { get; set; }
    }

    private sealed class Counted(Counts log) : IDirection
    {
        public bool IsEmpty => true;

        public void Clear()
        {
        }

        public Tensor[] Reserve(PairScalars pair) => [];

        public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments) => -gradient;

        public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments) => -gradient;

        public void Dispose() => log.Disposed++;
    }
}

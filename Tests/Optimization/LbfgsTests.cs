using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

public sealed class LbfgsTests : LeakChecked
{
    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void Minimize_Rosenbrock_Converges(Execution execution)
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult result = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { Execution = execution });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.True(result.Loss < 1e-15, result.ToString());
        Assert.All(result.Position.ToArray<double>(), x => Assert.Equal(1, x, 1e-6));
        Assert.True(result.Reads <= result.Evaluations + result.Iterations, $"{result.Reads} reads");
        Assert.Equal(result.Iterations + 1, result.History.Count);
        Assert.InRange(result.Evaluations, 20, 60);
    }

    [Fact]
    public void Minimize_OnSecondDevice_ReadsOnlySmallTensorsWithinTheLimit()
    {
        using (Device.Use("/CPU:1"))
        using (Tensor start = Tensor.From(Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? -1.2 : 1.0).ToArray()))
        using (new TransferGuard())
        {
            NativeCounters.ResetLargestRead();
            NativeCounters before = NativeCounters.Now;
            using LbfgsResult result = Lbfgs.Minimize(ExtendedRosenbrock, start, new LbfgsOptions { MaxIterations = 200 });
            NativeCounters used = NativeCounters.Now.Since(before);
            Assert.Equal(StopReason.Converged, result.Reason);
            Assert.EndsWith("CPU:1", result.Position.DeviceName, StringComparison.Ordinal);
            Assert.Equal(result.Reads, used.Reads);
            Assert.True(used.Reads <= result.Evaluations + result.Iterations, $"{used.Reads} reads, {result}");
            Assert.True(used.LargestRead <= (4 * 10 + 8) * sizeof(double), $"{used.LargestRead} bytes");
            Assert.Equal(0, used.DeviceCopies);
        }
    }

    [Fact]
    public void Minimize_Float32_ReachesItsPrecision()
    {
        using Tensor start = Tensor.From([-1.2f, 1.0f]);
        using LbfgsResult result = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { GradientTolerance = 1e-3 });
        Assert.True(result.Loss < 1e-6, result.ToString());
        Assert.Equal(DType.Float32, result.Position.DType);
    }

    [Fact]
    public void Minimize_TargetLoss_EndsAtTheFirstEvaluationBelow()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult result = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { TargetLoss = 0.1 });
        Assert.Equal(StopReason.TargetReached, result.Reason);
        Assert.True(result.Loss <= 0.1);
        Assert.All(result.History.SkipLast(1), step => Assert.True(step.Loss > 0.1));
    }

    [Fact]
    public void Minimize_Limits_AreNamedAndKept()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult iterations = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { MaxIterations = 5 });
        Assert.Equal(StopReason.IterationLimit, iterations.Reason);
        Assert.Equal(5, iterations.Iterations);
        using LbfgsResult evaluations = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { MaxEvaluations = 7 });
        Assert.Equal(StopReason.EvaluationLimit, evaluations.Reason);
        Assert.Equal(7, evaluations.Evaluations);
        using LbfgsResult none = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { MaxIterations = 0 });
        Assert.Equal(1, none.Evaluations);
        Assert.Equal(none.InitialLoss, none.Loss);
    }

    [Fact]
    public void Minimize_Cancelled_ReturnsTheBestPointWithinOneEvaluation()
    {
        using CancellationTokenSource cancel = new();
        int seen = 0;
        using Tensor start = Tensor.From([-1.2, 1.0]);
        Progress progress = new(step =>
        {
            seen = step.Evaluations;
            if (step.Iteration == 5)
                cancel.Cancel();
        });
        using LbfgsResult result = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { Progress = progress }, cancel.Token);
        Assert.Equal(StopReason.Cancelled, result.Reason);
        Assert.Equal(5, result.Iterations);
        Assert.Equal(seen, result.Evaluations);
        Assert.True(result.Loss < result.InitialLoss);
    }

    [Fact]
    public void Minimize_NotFiniteAtTheStart_IsABadStart()
    {
        using Tensor start = Tensor.From([-1.0]);
        using LbfgsResult result = Lbfgs.Minimize(x => RawOps.Sum(RawOps.Log(x), Tensor.From([0])), start);
        Assert.Equal(StopReason.BadStart, result.Reason);
        Assert.False(result.IsSuccess);
    }

    [Fact]
    public void Minimize_LossOfWrongShape_ThrowsSayingWhatWasExpected()
    {
        using Tensor start = Tensor.From([-1.0, 2.0]);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(x => x * x, start));
        Assert.Contains("float64()", e.Message, StringComparison.Ordinal);
        Assert.Contains("float64(2,)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_ObjectiveThrows_LeavesNothingBehind()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        int calls = 0;
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(
            x => ++calls > 3
                ? throw new InvalidOperationException() : Rosenbrock(x), start, new LbfgsOptions { Execution = Execution.Eager }));
        Assert.IsType<InvalidOperationException>(e.InnerException);
    }

    [Fact]
    public void Minimize_AtTheMinimum_ConvergesAtOnce()
    {
        using Tensor start = Tensor.From([1.0, 1.0]);
        using LbfgsResult result = Lbfgs.Minimize(Rosenbrock, start);
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Equal(1, result.Evaluations);
    }

    private static Tensor Rosenbrock(Tensor p)
    {
        using TensorScope scope = new();
        Tensor a = p[0];
        Tensor b = p[1];
        return scope.Keep((1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a));
    }

    private static Tensor ExtendedRosenbrock(Tensor p)
    {
        Tensor a = p[TensorIndex.Slice(0, null, 2)];
        Tensor b = p[TensorIndex.Slice(1, null, 2)];
        Tensor first = b - a * a;
        Tensor second = 1 - a;
        return RawOps.Sum(100 * first * first + second * second, Tensor.From([0]));
    }

    private sealed class Progress(Action<LbfgsProgress> report) : IProgress<LbfgsProgress>
    {
        public void Report(LbfgsProgress value) => report(value);
    }
}

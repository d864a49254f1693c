using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Runs whose vectors are computed with by loops of our own, against the same by ops.</summary>
public sealed class HostEvaluationTests : LeakChecked
{
    [Theory]
    [InlineData(Execution.Auto, DType.Float64)]
    [InlineData(Execution.Eager, DType.Float64)]
    [InlineData(Execution.Traced, DType.Float32)]
    public void Minimize_ByLoopsOrOps_TakesTheSameStepsToRounding(Execution execution, DType dtype)
    {
        using Tensor start = Start(50, dtype);
        LbfgsOptions options = new() { Execution = execution, MaxIterations = 12, GradientTolerance = 0 };
        using LbfgsResult loops = Lbfgs.Minimize(Rosenbrock, start, options);
        using LbfgsResult ops = Lbfgs.Minimize(Rosenbrock, start, options with { ComputesByOps = true });
        Assert.Equal(ops.Evaluations, loops.Evaluations);
        Assert.Equal(ops.Reads, loops.Reads);
        double tolerance = dtype == DType.Float64 ? 1e-9 : 1e-2;
        foreach ((LbfgsProgress expected, LbfgsProgress actual) in ops.History.Zip(loops.History))
            Assert.Equal(expected.Loss, actual.Loss, tolerance * expected.Loss);
    }

    [Fact]
    public void Minimize_ByLoops_CallsOneFunctionForAnEvaluationAndReadsItsLoss()
    {
        using Tensor start = Start(50, DType.Float64);
        FunctionObjective objective = new(Rosenbrock, start);
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { MaxIterations = 9, GradientTolerance = 0 });
        minimizer.Minimize(start).Dispose();
        NativeCounters.ResetLargestRead();
        NativeCounters before = NativeCounters.Now;
        using LbfgsResult result = minimizer.Minimize(start);
        NativeCounters used = NativeCounters.Now.Since(before);
        Assert.Equal((result.Evaluations, result.Evaluations), (used.FunctionCalls, used.Reads));
        Assert.Equal(sizeof(double), used.LargestRead);
        // Zeros and the first direction, -g.
        Assert.Equal(2, used.Operations);
        Assert.Equal(0, used.Uploads);
    }

    [Fact]
    public void Minimize_BoundsGivenBetweenRuns_GoesOverToOpsAndBack()
    {
        using Tensor start = Start(4, DType.Float64);
        FunctionObjective objective = new(Rosenbrock, start);
        using LbfgsMinimizer minimizer = new(objective);
        using LbfgsResult free = minimizer.Minimize(start);
        using Bounds bounds = Bounds.Of([-2, -2, -2, -2], [0.5, 2, 0.5, 2]);
        minimizer.Options = new LbfgsOptions { Bounds = bounds };
        using LbfgsResult bounded = minimizer.Minimize(start);
        minimizer.Options = new LbfgsOptions();
        using LbfgsResult again = minimizer.Minimize(start);
        Assert.Equal(0.5, bounded.Position.ToArray<double>()[0], 1e-9);
        Assert.Equal(free.Position.ToBytes(), again.Position.ToBytes());
    }

    [Fact]
    public void Minimize_NotFiniteFurtherOn_ShortensTheStep()
    {
        using Tensor start = Tensor.From([2.0, 3.0, 5.0]);
        using LbfgsResult result = Lbfgs.Minimize(x => Tf.ReduceSum(x * x - Tf.Log(x)), start);
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.All(result.Position.ToArray<double>(), x => Assert.Equal(Math.Sqrt(0.5), x, 1e-6));
    }

    private static Tensor Start(int count, DType dtype)
    {
        using Tensor start = Tensor.From(Enumerable.Range(0, count).Select(i => i % 2 == 0 ? -1.2 : 1.0).ToArray());
        return RawOps.Cast(start, dtype);
    }

    private static Tensor Rosenbrock(Tensor p)
    {
        Tensor a = p[TensorIndex.Slice(0, null, 2)];
        Tensor first = p[TensorIndex.Slice(1, null, 2)] - a * a, second = 1 - a;
        return Tf.ReduceSum(100 * first * first + second * second);
    }
}

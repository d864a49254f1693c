using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Resuming;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Compiled;

public sealed class CompiledLoopTests : LeakChecked
{
    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Minimize_AsOneLoop_IsTheManagedRunToRounding(DType dtype)
    {
        LbfgsOptions options = new() { MaxIterations = 400 };
        using LbfgsResult managed = Lbfgs.Minimize(new PairedRosenbrock(dtype), options);
        using LbfgsResult compiled = Lbfgs.Minimize(new PairedRosenbrock(dtype), options with { Execution = Execution.Compiled });
        TestContext.Current.TestOutputHelper?.WriteLine($"{managed}\n{compiled}");
        Assert.Equal(managed.InitialLoss, compiled.InitialLoss, 1e-6 * managed.InitialLoss);
        // The first iterations agree to rounding; later ones drift apart as rounding grows.
        double tolerance = dtype == DType.Float64 ? 1e-9 : 1e-3;
        for (int k = 0; k < 10; k++)
        {
            Assert.Equal(managed.History[k].Evaluations, compiled.History[k].Evaluations);
            Assert.Equal(managed.History[k].Loss, compiled.History[k].Loss, tolerance * managed.History[k].Loss);
        }

        Assert.True(compiled.Loss <= (dtype == DType.Float64 ? 1e-15 : 1e-9), compiled.ToString());
        if (dtype == DType.Float64)
        {
            Assert.Equal(managed.Reason, compiled.Reason);
            AssertAsLong(managed, compiled);
        }

        Assert.Equal(compiled.Iterations + 1, compiled.History.Count);
        Assert.Equal(compiled.Loss, compiled.History.Min(p => p.Loss));
    }

    [Fact]
    public void Step_InALoopOfBlocks_EqualsMinimizeBitForBit()
    {
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { Execution = Execution.Compiled, MaxIterations = 30 });
        using LbfgsResult whole = minimizer.Minimize();
        using (LbfgsState state = minimizer.Begin())
        {
            int steps = 0;
            while (minimizer.Step(state))
                Assert.Equal(++steps, state.Iterations);
            using LbfgsResult stepped = minimizer.Finish(state);
            StepTests.AssertSame(whole, stepped);
        }

        // 11 iterations, a file, and the rest: where a block ends changes no bit.
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (LbfgsState state = minimizer.Begin())
            {
                while (state.Iterations < 11)
                    minimizer.Step(state);
                state.Save(file);
            }

            using LbfgsState loaded = LbfgsState.Load(file);
            using LbfgsResult rest = minimizer.Minimize(loaded);
            StepTests.AssertSame(whole, rest);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Minimize_EveryOption_EndsForItsReason()
    {
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective);
        LbfgsOptions compiled = new() { Execution = Execution.Compiled };
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        CheckIterations(compiled with { MaxIterations = 0 }, [StopReason.IterationLimit], 0);
        CheckIterations(compiled with { MaxIterations = 7 }, [StopReason.IterationLimit], 7);
        Check(compiled with { MaxEvaluations = 9 }, StopReason.EvaluationLimit);
        Check(compiled with { TargetLoss = 1 }, StopReason.TargetReached);
        Check(compiled with { GradientTolerance = 1e-3 }, StopReason.Converged);
        Check(compiled with { RelativeLossTolerance = 0.9 }, StopReason.LossTolerance);
        Check(compiled with { Callback = p => p.Iteration >= 5 ? LbfgsAction.Stop : LbfgsAction.Continue }, StopReason.Stopped);
        Check(compiled with { GradientTolerance = 0 }, StopReason.WorkingPrecision, StopReason.Stalled, StopReason.Converged);
        Check(compiled with { Validation = new Validation(PairedRosenbrock.Value) { Patience = 1, MinimumImprovement = 1e9 } },
            StopReason.NoImprovement);
        minimizer.Options = compiled;
        using LbfgsResult result = minimizer.Minimize(cancelled.Token);
        Assert.Equal((StopReason.Cancelled, 0), (result.Reason, result.Iterations));

        void Check(LbfgsOptions options, params StopReason[] reasons) => CheckIterations(options, reasons, null);

        void CheckIterations(LbfgsOptions options, StopReason[] reasons, int? iterations)
        {
            minimizer.Options = options;
            using LbfgsResult ended = minimizer.Minimize();
            Assert.True(reasons.Contains(ended.Reason), ended.ToString());
            Assert.Equal(iterations ?? ended.Iterations, ended.Iterations);
            Assert.Equal(ended.Iterations + 1, ended.History.Count);
            Assert.Equal(Enumerable.Range(0, ended.History.Count), ended.History.Select(p => p.Iteration));
        }
    }

    [Fact]
    public void Minimize_NotFiniteAnywhere_IsDistinguished()
    {
        using Tensor start = Tensor.From([1.0, 1.0]);
        LbfgsOptions options = new() { Execution = Execution.Compiled };
        using LbfgsResult bad = Lbfgs.Minimize(x => Tf.ReduceSum(x) / (Tf.ReduceSum(x) - 2.0), start, options);
        Assert.Equal(StopReason.BadStart, bad.Reason);
        Assert.Equal([1.0, 1.0], bad.Position.ToArray<double>());
        // Defined for x > 0 only: the search comes back from beyond the wall, as the managed one does.
        using LbfgsResult barrier = Lbfgs.Minimize(x => Tf.ReduceSum(100.0 * x - RawOps.Log(x)), start, options);
        using LbfgsResult managed =
            Lbfgs.Minimize(x => Tf.ReduceSum(100.0 * x - RawOps.Log(x)), start, options with { Execution = Execution.Traced });
        Assert.Equal(StopReason.Converged, barrier.Reason);
        AssertAsLong(managed, barrier);
        Assert.All(barrier.Position.ToArray<double>(), x => Assert.Equal(0.01, x, 1e-9));
    }

    /// <summary>The rounding of two programs, which differs from processor to processor, may cost or save the last few steps.</summary>
    private static void AssertAsLong(LbfgsResult expected, LbfgsResult actual)
    {
        Assert.InRange(actual.Iterations, expected.Iterations - 3, expected.Iterations + 3);
        Assert.InRange(actual.Evaluations, expected.Evaluations - 5, expected.Evaluations + 5);
    }

    [Fact]
    public void Minimize_OptionsThatTheLoopDoesNotServe_AreRunByCompiledCallsAndSaid()
    {
        using Bounds bounds = Bounds.Of(-10, 10);
        LbfgsOptions options = new() { Execution = Execution.Compiled, Bounds = bounds };
        using LbfgsResult result = Lbfgs.Minimize(new PairedRosenbrock(), options);
        Assert.True(result.Converged, result.ToString());
        Assert.Contains("CompiledCalls, as one loop does not serve Bounds", result.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_ManyIterationsWithoutListeners_ReadsTwicePerBlock()
    {
        using Tensor start = Tensor.Fill([40], -1.2, DType.Float64);
        using LbfgsResult result = Lbfgs.Minimize(
            x => Tf.ReduceSum(100.0 * Tf.Square(x[TensorIndex.Slice(1, null)] - Tf.Square(x[TensorIndex.Slice(0, -1)]))
                + Tf.Square(1.0 - x[TensorIndex.Slice(0, -1)])),
            start,
            new LbfgsOptions { Execution = Execution.Compiled, GradientTolerance = 0, MaxIterations = 600, MemoryLength = 3 });
        Assert.True(result.Loss < 1e-20, result.ToString());
        Assert.True(result.Reads <= 2 * (1 + (result.Iterations + LoopKernel.MaxBlock - 1) / LoopKernel.MaxBlock + 1),
            $"{result.Reads} reads for {result.Iterations} iterations");
    }
}

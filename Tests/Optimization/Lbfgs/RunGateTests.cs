using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Resuming;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>One thread at a time in a minimizer and in a state; objectives cross threads.</summary>
public sealed class RunGateTests : LeakChecked
{
    [Fact]
    public void Minimize_WhileAnotherThreadIsInside_IsRefusedAndChangesNothing()
    {
        using Tensor start = TestObjectives.Start();
        using ManualResetEventSlim inside = new(), release = new(true);
        FunctionObjective objective = new(TestObjectives.Rosenbrock, start);
        using LbfgsResult alone = Lbfgs.Minimize(objective);
        LbfgsOptions options = new()
        {
            Callback = progress =>
            {
                inside.Set();
                release.Wait();
                return LbfgsAction.Continue;
            },
        };
        using LbfgsMinimizer minimizer = new(objective, options);
        using LbfgsMinimizer other = new(objective);
        using LbfgsState state = minimizer.Begin();
        LbfgsResult? first = null;
        Thread thread = new(() => first = minimizer.Minimize(state));
        // Begin has asked the callback already.
        inside.Reset();
        release.Reset();
        thread.Start();
        inside.Wait();
        Action[] attempts =
            [() => minimizer.Minimize(), () => minimizer.Begin(), () => minimizer.Step(state), () => minimizer.Finish(state),
            minimizer.Dispose];
        foreach (Action attempt in attempts)
            Assert.StartsWith("LbfgsMinimizer: expected one run at a time", Assert.Throws<TfLbfgsException>(attempt).Message,
                StringComparison.Ordinal);
        foreach (Action attempt in new Action[] { () => other.Step(state), () => state.Save("never.state"), state.Dispose })
            Assert.StartsWith("LbfgsState: expected one run at a time", Assert.Throws<TfLbfgsException>(attempt).Message,
                StringComparison.Ordinal);
        release.Set();
        thread.Join();
        using (first)
            StepTests.AssertSame(alone, first!);
    }

    [Fact]
    public void Minimize_FromACallbackOnTheSameThread_IsAnotherRun()
    {
        using Tensor start = TestObjectives.Start();
        using Tensor second = Tensor.From([0.3, -0.4]);
        FunctionObjective objective = new(TestObjectives.Rosenbrock, start);
        using LbfgsResult alone = Lbfgs.Minimize(objective);
        using LbfgsMinimizer minimizer = new(objective);
        int inner = 0;
        minimizer.Options = new LbfgsOptions
        {
            Callback = progress =>
            {
                if (progress.Iteration == 5 && inner++ == 0)
                {
                    using LbfgsResult other = minimizer.Minimize(second);
                    Assert.Equal(StopReason.Converged, other.Reason);
                }

                return LbfgsAction.Continue;
            },
        };
        using LbfgsResult outer = minimizer.Minimize();
        Assert.True(inner > 0);
        StepTests.AssertSame(alone, outer);
    }

    [Fact]
    public void Objective_SharedByMinimizersOnSeveralThreads_GivesEachTheSameRunAndCountsAll()
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.From([-1.2, 1.0]), "w");
        using Valley objective = new(w);
        using Tensor start = TestObjectives.Start();
        using LbfgsMinimizer single = new(objective);
        using LbfgsResult alone = single.Minimize(start);
        int before = objective.Evaluations;
        (StopReason Reason, int Evaluations, double Loss)[] got = new (StopReason, int, double)[4];
        Parallel.For(0, got.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using LbfgsMinimizer minimizer = new(objective);
            using LbfgsResult result = minimizer.Minimize(start);
            got[i] = (result.Reason, result.Evaluations, result.Loss);
        });
        Assert.All(got, run => Assert.Equal((alone.Reason, alone.Evaluations, alone.Loss), run));
        Assert.Equal(before + got.Length * alone.Evaluations, objective.Evaluations);
    }

    private sealed class Valley(Variable w) : VariableObjective([w])
    {
        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data) => TestObjectives.Rosenbrock(w.Value);
    }
}

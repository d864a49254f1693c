using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Resuming;

/// <summary>One iteration at a time is the closed loop, bit for bit.</summary>
public sealed class StepTests : LeakChecked
{
    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Eager)]
    public void Step_InALoop_EqualsMinimizeBitForBit(Execution execution)
    {
        LbfgsOptions options = new() { Execution = execution, MaxIterations = 60 };
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective, options);
        using LbfgsResult whole = minimizer.Minimize();
        using LbfgsState state = minimizer.Begin();
        int steps = 0;
        do
        {
            Assert.Equal(steps, state.Iterations);
            Assert.Equal(whole.History[steps].Loss, state.Loss);
            steps++;
        }
        while (minimizer.Step(state));
        using LbfgsResult stepped = minimizer.Finish(state);
        AssertSame(whole, stepped);
        Assert.Equal(whole.Reason, state.Reason);
        Assert.False(minimizer.Step(state), "an end that was reached stays one");
        Assert.Equal(whole.Evaluations, state.Evaluations);
    }

    [Fact]
    public void Step_TwoStatesInTurns_EachIsItsOwnRun()
    {
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective);
        using Tensor second = Tensor.From([.. PairedRosenbrock.Start.Select(x => 0.5 - x)]);
        using LbfgsResult alone = minimizer.Minimize();
        using LbfgsResult other = minimizer.Minimize(second);
        using LbfgsState a = minimizer.Begin();
        using LbfgsState b = minimizer.Begin(second);
        bool goesOn = true;
        while (goesOn)
            goesOn = minimizer.Step(a) | minimizer.Step(b);
        using LbfgsResult ofA = minimizer.Finish(a);
        using LbfgsResult ofB = minimizer.Finish(b);
        AssertSame(alone, ofA);
        AssertSame(other, ofB);
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(7, 5)]
    [InlineData(15, 100)]
    public void Minimize_FromAState_NThenMAreOneRun(int first, int more)
    {
        PairedRosenbrock objective = new();
        using LbfgsResult whole = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = first + more });
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { MaxIterations = first });
        using Tensor start = Tensor.From(PairedRosenbrock.Start);
        using LbfgsState state = minimizer.Begin(start);
        using (LbfgsResult half = minimizer.Minimize(state))
            Assert.Equal(StopReason.IterationLimit, half.Reason);
        minimizer.Options = minimizer.Options with { MaxIterations = first + more };
        using LbfgsResult rest = minimizer.Minimize(state);
        AssertSame(whole, rest);
    }

    [Fact]
    public void Step_Cancelled_GoesOnWithTheNextToken()
    {
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective);
        using LbfgsState state = minimizer.Begin();
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.False(minimizer.Step(state, source.Token));
        Assert.Equal(StopReason.Cancelled, state.Reason);
        Assert.True(minimizer.Step(state, CancellationToken.None));
        Assert.Null(state.Reason);
        Assert.Equal(1, state.Iterations);
    }

    [Fact]
    public void Finish_BeforeAnEnd_SaysThatTheCallerEndedIt()
    {
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective);
        using LbfgsState state = minimizer.Begin();
        minimizer.Step(state);
        minimizer.Step(state);
        using LbfgsResult result = minimizer.Finish(state);
        Assert.Equal(StopReason.Stopped, result.Reason);
        Assert.StartsWith("Ended by the caller after 2 iterations", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_AfterATighterTolerance_GoesOnFromAConvergedState()
    {
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { GradientTolerance = 1e-2 });
        using LbfgsState state = minimizer.Begin();
        using LbfgsResult coarse = minimizer.Minimize(state);
        minimizer.Options = minimizer.Options with { GradientTolerance = 1e-9 };
        using LbfgsResult fine = minimizer.Minimize(state);
        Assert.Equal(StopReason.Converged, coarse.Reason);
        Assert.Equal(StopReason.Converged, fine.Reason);
        Assert.True(fine.GradientNorm <= 1e-9 && fine.Iterations > coarse.Iterations);
    }

    [Fact]
    public void State_OutlivesItsMinimizer()
    {
        PairedRosenbrock objective = new();
        using LbfgsResult whole = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 25 });
        LbfgsState state;
        using Tensor start = Tensor.From(PairedRosenbrock.Start);
        using (LbfgsMinimizer first = new(objective))
        {
            state = first.Begin(start);
            for (int i = 0; i < 10; i++)
                first.Step(state);
        }

        using (state)
        {
            using LbfgsMinimizer second = new(objective, new LbfgsOptions { MaxIterations = 25 });
            using LbfgsResult rest = second.Minimize(state);
            AssertSame(whole, rest);
        }
    }

    [Fact]
    public void Step_StateOfAnotherProblemOrMethod_IsRefused()
    {
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective);
        using LbfgsState state = minimizer.Begin();
        minimizer.Options = minimizer.Options with { MemoryLength = 7 };
        TfLbfgsException method = Assert.Throws<TfLbfgsException>(() => minimizer.Step(state));
        Assert.Contains("7 pairs", method.Message, StringComparison.Ordinal);
        using Tensor one = Tensor.From([1.0]);
        FunctionObjective other = new(x => Tf.ReduceSum(x * x), one);
        using LbfgsMinimizer elsewhere = new(other);
        Assert.Contains("float64(1,)", Assert.Throws<TfLbfgsException>(() => elsewhere.Minimize(state)).Message, StringComparison.Ordinal);
    }

    internal static void AssertSame(LbfgsResult expected, LbfgsResult actual)
    {
        Assert.Equal(expected.Reason, actual.Reason);
        Assert.Equal(expected.Message, actual.Message);
        Assert.Equal((expected.Iterations, expected.Evaluations, expected.Restarts, expected.Loss),
            (actual.Iterations, actual.Evaluations, actual.Restarts, actual.Loss));
        Assert.Equal(expected.Position.ToArray<double>(), actual.Position.ToArray<double>());
        Assert.Equal(expected.Gradient.ToArray<double>(), actual.Gradient.ToArray<double>());
        Assert.Equal(expected.History.Select(p => p with { Seconds = 0 }), actual.History.Select(p => p with { Seconds = 0 }));
    }
}

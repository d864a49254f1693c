using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Batches;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Stopping;

public sealed class CancellationTests : LeakChecked
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(12)]
    public void Cancel_OnAnotherThreadDuringAnEvaluation_NoFurtherOneStarts(int evaluation)
    {
        using CancellationTokenSource cancel = new();
        using ManualResetEventSlim running = new();
        Thread other = new(() =>
        {
            running.Wait();
            cancel.Cancel();
        });
        other.Start();
        CountingObjective objective = new((call, loss, gradient) =>
        {
            if (call == evaluation)
            {
                running.Set();
                // Slow enough that the other thread comes in between, however long that takes.
                other.Join();
            }

            return (loss, gradient);
        });
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager }, cancel.Token);
        Assert.Equal(StopReason.Cancelled, result.Reason);
        Assert.Equal(evaluation, objective.Calls);
        Assert.Equal(evaluation, result.Evaluations);
        Assert.Equal(objective.Losses.Min(), result.Loss);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancel_ByAnObserver_NoFurtherEvaluationStarts(bool atTrial)
    {
        using CancellationTokenSource cancel = new();
        CountingObjective objective = new();
        int calls = 0;
        LbfgsOptions options = new()
        {
            Execution = Execution.Eager,
            Trials = new Recorder<LbfgsTrial>(trial => Cancel(atTrial && trial.Evaluation == 5)),
            Progress = new Recorder<LbfgsProgress>(progress => Cancel(!atTrial && progress.Iteration == 3)),
        };
        using LbfgsResult result = Lbfgs.Minimize(objective, options, cancel.Token);
        Assert.Equal(StopReason.Cancelled, result.Reason);
        Assert.Equal(calls, objective.Calls);

        void Cancel(bool now)
        {
            if (!now)
                return;
            calls = objective.Calls;
            cancel.Cancel();
        }
    }

    [Fact]
    public void Cancel_BeforeTheCall_StartIsEvaluatedAndNothingElse()
    {
        CountingObjective objective = new();
        using LbfgsResult result =
            Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager }, new CancellationToken(canceled: true));
        Assert.Equal(StopReason.Cancelled, result.Reason);
        Assert.Equal(1, objective.Calls);
    }

    [Theory]
    [InlineData(Execution.CompiledCalls)]
    [InlineData(Execution.Compiled)]
    public void Cancel_WhileTheStartIsCompiled_EndsAtTheStartAndServesLaterRuns(Execution execution)
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsMinimizer minimizer = new(new FunctionObjective(Rosenbrock, start), new LbfgsOptions { Execution = execution });
        using LbfgsResult cancelled = minimizer.Minimize(start, new CancellationToken(canceled: true));
        Assert.Equal((StopReason.Cancelled, 1, 0), (cancelled.Reason, cancelled.Evaluations, cancelled.Iterations));
        Assert.Equal(24.2, cancelled.Loss, 1e-12);
        Assert.Equal([-1.2, 1.0], cancelled.Position.ToArray<double>());
        using LbfgsResult whole = minimizer.Minimize(start);
        using LbfgsResult expected = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { Execution = execution });
        Assert.Equal(expected.Position.ToArray<double>(), whole.Position.ToArray<double>());
        CompilingCall.WaitForAbandoned();
    }

    [Theory]
    [InlineData(Execution.CompiledCalls)]
    [InlineData(Execution.Compiled)]
    public void Cancel_WhileAnIterationIsCompiled_StateGoesOnAsIfItHadNotBeen(Execution execution)
    {
        using CancellationTokenSource cancel = new();
        int traces = 0;
        Tensor Loss(Tensor x)
        {
            // The trace comes before the compilation: of the loop's one function, or of the second one, which learns a pair.
            if (++traces == (execution == Execution.Compiled ? 1 : 2))
                cancel.Cancel();
            return Rosenbrock(x);
        }

        using Tensor start = Tensor.From([-1.2, 1.0]);
        // By ops, where the function that learns a pair is one of its own.
        LbfgsOptions options = new() { Execution = execution, ComputesByOps = true };
        using LbfgsMinimizer minimizer = new(new FunctionObjective(Loss, start), options);
        using LbfgsState state = minimizer.Begin(start, cancel.Token);
        while (minimizer.Step(state, cancel.Token))
        {
        }

        Assert.Equal(StopReason.Cancelled, state.Reason);
        int iterations = state.Iterations;
        CompilingCall.WaitForAbandoned();
        while (minimizer.Step(state))
        {
        }

        using LbfgsResult expected = Lbfgs.Minimize(Rosenbrock, start, options);
        Assert.Equal(execution == Execution.Compiled ? 0 : 1, iterations);
        Assert.Equal(expected.Iterations, state.Iterations);
        // The start was evaluated op by op, to another rounding.
        Assert.Equal(expected.Loss, state.Loss, 1e-18);
    }

    /// <summary>Where a call is abandoned, its code runs op by op: the function receives positions that are no trace.</summary>
    [Fact]
    public void Cancel_WhileABatchIsCompiled_EndsAtTheStart()
    {
        List<bool> symbolic = [];
        using Tensor starts = Tensor.From([-1.2, 1.0, 0.5, 2.0], [2L, 2L]);
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(
            Watched(symbolic), starts, new BatchOptions { Execution = Execution.CompiledCalls }, new CancellationToken(canceled: true));
        Assert.Equal([true, false], symbolic);
        Assert.All(result.Reasons, reason => Assert.Equal(StopReason.Cancelled, reason));
        Assert.Equal(new double[] { 24.2, 306.5 }, result.Losses, (a, b) => Math.Abs(a - b) < 1e-12 * a);
        Assert.Equal(1, result.Evaluations);
        CompilingCall.WaitForAbandoned();
    }

    /// <summary>Explicit, as XLA compiles in the background for seconds.</summary>
    [Fact(Explicit = true)]
    public void Cancel_WhileTfpsRulesAreCompiled_EndsAtTheStart()
    {
        List<bool> symbolic = [];
        using Tensor starts = Tensor.From([-1.2, 1.0, 0.5, 2.0], [2L, 2L]);
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(
            Watched(symbolic), starts, new TfpOptions { Execution = Execution.CompiledCalls }, new CancellationToken(canceled: true));
        Assert.Equal([true, false], symbolic);
        Assert.All(result.Reasons, reason => Assert.Equal(StopReason.Cancelled, reason));
        Assert.Equal(1, result.Evaluations);
        CompilingCall.WaitForAbandoned();
    }

    /// <inheritdoc cref="Cancel_WhileTfpsRulesAreCompiled_EndsAtTheStart"/>
    [Fact(Explicit = true)]
    public void Cancel_WhileMiniBatchesAreCompiled_EndsAtTheStart()
    {
        List<bool> symbolic = [];
        using Tensor data = Tensor.From([.. Enumerable.Range(0, 40).Select(i => (double)i)], [20L, 2L]);
        using Tensor start = Tensor.From([0.5, -0.5]);
        FunctionObjective objective = new(
            (x, given) =>
            {
                symbolic.Add(x.IsSymbolic);
                return Tf.ReduceMean(Tf.Square(Tf.ReduceSum(given[0] * x, axis: 1) - 1.0));
            },
            start, [data]);
        StochasticOptions options = new() { BatchSize = 8, Execution = Execution.CompiledCalls };
        using StochasticResult result = StochasticLbfgs.Minimize(objective, options, new CancellationToken(canceled: true));
        Assert.Equal((StopReason.Cancelled, 0), (result.Result.Reason, result.Result.Iterations));
        Assert.Contains(false, symbolic);
        CompilingCall.WaitForAbandoned();
    }

    private static Func<Tensor, (Tensor Losses, Tensor Gradients)> Watched(List<bool> symbolic) => positions =>
    {
        symbolic.Add(positions.IsSymbolic);
        return BatchProblems.Rosenbrock(positions);
    };

    private static Tensor Rosenbrock(Tensor x)
    {
        Tensor valley = x[1] - x[0] * x[0];
        return 100 * valley * valley + (1 - x[0]) * (1 - x[0]);
    }

    /// <summary>Prints figures; nothing is asserted about times.</summary>
    [Theory(Explicit = true)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Latency_OfACancellation_Printed(int count)
    {
        using Tensor start = Tensor.Fill([count], -1.2, DType.Float64);
        Tensor Loss(Tensor x)
        {
            using TensorScope scope = new();
            Tensor axis = Tensor.From([0]);
            Tensor a = x[..^1], b = x[1..];
            Tensor valley = b - a * a;
            return scope.Keep(RawOps.Sum(100 * valley * valley + (1 - a) * (1 - a), axis));
        }

        using LbfgsMinimizer minimizer = new(new FunctionObjective(Loss, start), new LbfgsOptions { MaxIterations = 30 });
        using LbfgsResult whole = minimizer.Minimize(start);
        minimizer.Options = new LbfgsOptions { MaxIterations = 100_000, GradientTolerance = 0, FloorIterations = 0 };
        List<double> milliseconds = [];
        double perEvaluation = 0;
        for (int i = 0; i < 20; i++)
        {
            using CancellationTokenSource cancel = new();
            long asked = 0;
            using Timer timer = new(_ =>
            {
                asked = Stopwatch.GetTimestamp();
                cancel.Cancel();
            }, null, 30 + 7 * i, Timeout.Infinite);
            using LbfgsResult result = minimizer.Minimize(start, cancel.Token);
            long answered = Stopwatch.GetTimestamp();
            if (result.Reason != StopReason.Cancelled)
                continue;
            milliseconds.Add(Stopwatch.GetElapsedTime(asked, answered).TotalMilliseconds);
            perEvaluation = 1000 * result.Seconds / result.Evaluations;
        }

        milliseconds.Sort();
        Assert.NotEmpty(milliseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"cancellation, n = {count:N0}: median {milliseconds[milliseconds.Count / 2]:F2} ms, longest {milliseconds[^1]:F2} ms of "
                + $"{milliseconds.Count}; an evaluation takes {perEvaluation:F2} ms"));
    }
}

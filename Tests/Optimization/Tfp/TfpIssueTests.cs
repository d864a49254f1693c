using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>What users reported against tfp's L-BFGS: what it does in compatibility mode, and what the default mode does.</summary>
public sealed class TfpIssueTests : LeakChecked
{
    private static readonly double LogFactorial10 = Enumerable.Range(1, 10).Sum(k => Math.Log(k));

    [Theory]
    [InlineData(1.6, true, 7)]
    [InlineData(10.5, false, 9)]
    public void Tfp637_OneParameterPoisson_FailsAsInTfpAndConvergesByDefault(double start, bool fails, int evaluations)
    {
        using Tensor wide = Tensor.From([start]);
        using LbfgsResult tfp = Lbfgs.Minimize(Poisson, wide, LbfgsOptions.TfpCompatible);
        Assert.Equal((fails, !fails, evaluations), (tfp.Failed, tfp.Converged, tfp.Evaluations));
        using Tensor narrow = Tensor.From([(float)start]);
        foreach (Tensor at in new[] { wide, narrow })
        {
            double tolerance = at == wide ? 1e-8 : 1e-4;
            LbfgsOptions options = new() { GradientTolerance = tolerance };
            using LbfgsResult single = Lbfgs.Minimize(Poisson, at, options);
            Assert.True(single.Converged, single.ToString());
            Assert.Equal(10, single.Position.ToDoubles()[0], 1e2 * tolerance);
            using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(Poisson, at, new BatchOptions { GradientTolerance = tolerance });
            Assert.True(batch.AllConverged, batch.Messages[0]);
            Assert.Equal(10, batch.Position.ToDoubles()[0], 1e2 * tolerance);
        }
    }

    [Fact]
    public void Tfp341_FailedSearch_NamesTheConditionAndTheLastBracket()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        foreach (int rounds in (int[])[1, 2, 3])
        {
            using LbfgsResult limited = Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { MaxLineSearchTrials = rounds });
            Assert.Equal(StopReason.LineSearchFailed, limited.Reason);
            Assert.Matches($@"after {rounds} round\(s\) step .+ (does not satisfy (sufficient decrease|curvature)|is not tested)",
                limited.Message);
            Assert.Matches(@"last bracket \[.+, .+\] with losses .+ and .+, slopes .+ and .+; max \|g\| = ", limited.Message);
        }

        using Tensor one = Tensor.From([1.0]);
        using LbfgsResult unbounded =
            Lbfgs.Minimize(x => (-SumLast(x), RawOps.ZerosLike(x) - 1), one, LbfgsOptions.TfpCompatible with { MaxLineSearchTrials = 5 });
        Assert.Contains("the last pair has no curvature", unbounded.Message, StringComparison.Ordinal);
        using LbfgsResult uphill = Lbfgs.Minimize(x => (SumLast(x * x), -2 * x), one, LbfgsOptions.TfpCompatible);
        Assert.Equal(StopReason.LineSearchFailed, uphill.Reason);
        Assert.Contains("slope", uphill.Message, StringComparison.Ordinal);
        using LbfgsBatchResult repaired = Lbfgs.MinimizeBatch(x => (SumLast(x * x), -2 * x), one);
        Assert.Equal(StopReason.Stalled, repaired.Reasons[0]);
        Assert.Contains("last bracket", repaired.Messages[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tfp151_HostileFunctions_EndWithinTheirLimits(bool compatible)
    {
        RunOptions options = EitherMode.Batch(compatible) with { MaxIterations = 40, MaxEvaluations = 500, Execution = Execution.Eager };
        Random random = new(3);
        Dictionary<string, Func<Tensor, (Tensor, Tensor)>> hostile = new()
        {
            ["noise"] = x => (Tensor.Scalar(random.NextDouble()), Tensor.From([random.NextDouble() - 0.5, random.NextDouble() - 0.5])),
            ["falls for ever"] = x => (-SumLast(RawOps.Exp(x)), -RawOps.Exp(x)),
            ["gradient negated"] = x => (SumLast(x * x), -2 * x),
            ["gradient of another function"] = x => (SumLast(x * x), RawOps.Sin(37 * x) + 0.1),
            ["staircase"] = x => (RawOps.Floor(SumLast(x * x)), 2 * x),
            ["NaN after some evaluations"] = x => (SumLast(x * x) + (random.Next(4) == 0 ? double.NaN : 0), 2 * x),
        };
        foreach ((string name, Func<Tensor, (Tensor, Tensor)> function) in hostile)
        {
            using Tensor start = Tensor.From([1.3, -2.7]);
            int calls = 0;
            (Tensor, Tensor) Counted(Tensor x)
            {
                calls++;
                return function(x);
            }

            using LbfgsBatchResult result = EitherMode.MinimizeBatch(Counted, start, options);
            Assert.True(result.Evaluations <= 500 && result.Iterations <= 40, $"{name}: {result}");
            Assert.Equal(calls, result.Evaluations);
            Assert.True(result.Messages[0].Length > 10, name);
            if (!compatible && name != "NaN after some evaluations")
                Assert.True(result.Losses[0] <= result.InitialLosses[0], $"{name}: {result}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tfp896_IterationsAndEvaluations_AreCountedAndLimitedApart(bool compatible)
    {
        int calls = 0;
        List<LbfgsProgress> seen = [];
        RunOptions options =
            EitherMode.Single(compatible) with { MaxIterations = 10, Execution = Execution.Eager, Progress = new Progress(seen.Add) };
        using Tensor start = Tensor.From([-1.2, 1.0]);
        (Tensor, Tensor) Counted(Tensor x)
        {
            calls++;
            return RosenbrockWithGradient(x);
        }

        using LbfgsResult iterations = EitherMode.Minimize(Counted, start, options);
        Assert.Equal((10, StopReason.IterationLimit), (iterations.Iterations, iterations.Reason));
        Assert.Equal(calls, iterations.Evaluations);
        Assert.True(iterations.Evaluations > iterations.Iterations);
        Assert.Equal(Enumerable.Range(0, 11), seen.Select(step => step.Iteration));
        Assert.Equal(iterations.Evaluations, seen[^1].Evaluations);
        Assert.Equal(seen, iterations.History);
        using LbfgsResult evaluations =
            EitherMode.Minimize(RosenbrockWithGradient, start, options with { MaxIterations = 100, MaxEvaluations = 12 });
        Assert.Equal((12, StopReason.EvaluationLimit), (evaluations.Evaluations, evaluations.Reason));
        Assert.True(evaluations.Loss <= evaluations.InitialLoss);
    }

    [Fact]
    public void TfpCompatible_TargetCancellationAndResuming_WorkForASingleVector()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult target = Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { TargetLoss = 0.5 });
        Assert.Equal(StopReason.TargetReached, target.Reason);
        Assert.True(target.Loss <= 0.5 && target.History.SkipLast(1).All(step => step.Loss > 0.5), target.ToString());
        Assert.True(target.IsSuccess);

        using CancellationTokenSource cancel = new();
        Progress progress = new(step =>
        {
            if (step.Iteration == 5)
                cancel.Cancel();
        });
        using LbfgsResult cancelled =
            Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { Progress = progress }, cancel.Token);
        Assert.Equal((StopReason.Cancelled, 5), (cancelled.Reason, cancelled.Iterations));

        using LbfgsResult resumed = Lbfgs.Minimize(Rosenbrock, null, LbfgsOptions.TfpCompatible with { PreviousResult = cancelled });
        using LbfgsResult whole = Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible);
        Assert.True(whole.Converged && resumed.Converged);
        Assert.Equal((whole.Iterations, whole.Evaluations, whole.Loss), (resumed.Iterations, resumed.Evaluations, resumed.Loss));
        Assert.Equal(whole.PositionDeltas!.ToArray<double>(), resumed.PositionDeltas!.ToArray<double>());
        Assert.Equal(whole.InitialLoss, resumed.InitialLoss);
    }

    private static (Tensor, Tensor) Poisson(Tensor x) => (SumLast(x - 10 * RawOps.Log(x)) + LogFactorial10, 1 - 10 * RawOps.Reciprocal(x));

    private static Tensor Rosenbrock(Tensor x) => (1 - x[0]) * (1 - x[0]) + 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0]);

    private static (Tensor, Tensor) RosenbrockWithGradient(Tensor x)
    {
        (Tensor a, Tensor b) = (x[0], x[1]);
        return ((1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a), RawOps.Pack([2 * (a - 1) + 400 * a * (a * a - b), 200 * (b - a * a)]));
    }

    private static Tensor SumLast(Tensor x) => RawOps.Sum(x, Tensor.From([-1]));

    private sealed class Progress(Action<LbfgsProgress> report) : IProgress<LbfgsProgress>
    {
        public void Report(LbfgsProgress value) => report(value);
    }
}

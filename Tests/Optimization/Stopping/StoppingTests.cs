using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Stopping.TestObjectives;

namespace TfLbfgs.Tests.Optimization.Stopping;

public sealed class StoppingTests : LeakChecked
{
    private static readonly Dictionary<string, (LbfgsOptions Options, StopReason Reason, bool Success)> Cases = new()
    {
        ["position"] = (new LbfgsOptions { PositionTolerance = 0.02 }, StopReason.PositionTolerance, true),
        ["relative loss"] = (new LbfgsOptions { RelativeLossTolerance = 0.05 }, StopReason.LossTolerance, true),
        ["absolute loss"] = (new LbfgsOptions { AbsoluteLossTolerance = 0.05 }, StopReason.LossTolerance, true),
        ["target"] = (new LbfgsOptions { TargetLoss = 1e-3 }, StopReason.TargetReached, true),
        ["evaluations"] = (new LbfgsOptions { MaxEvaluations = 9 }, StopReason.EvaluationLimit, false),
        ["time"] = (new LbfgsOptions { MaxTime = TimeSpan.FromTicks(1) }, StopReason.TimeLimit, false),
        ["patience"] = (new LbfgsOptions { Patience = 3, MinimumImprovement = 1 }, StopReason.NoImprovement, true),
        ["stop"] = (new LbfgsOptions { Callback = p => p.Iteration == 4 ? LbfgsAction.Stop : LbfgsAction.Continue },
            StopReason.Stopped, true),
        ["abort"] = (new LbfgsOptions { Callback = p => p.Iteration == 4 ? LbfgsAction.Abort : LbfgsAction.Continue }, StopReason.Aborted,
            false),
        ["abort at the start"] = (new LbfgsOptions { Callback = _ => LbfgsAction.Abort }, StopReason.Aborted, false),
        ["several, the first one counts"] =
            (new LbfgsOptions
            {
                MaxIterations = 5,
                Patience = 30,
                TargetLoss = 1e-9,
                MaxTime = TimeSpan.FromHours(1),
                PositionTolerance = 1e-12
            }, StopReason.IterationLimit, false),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Minimize_EachRule_EndsWithItsReasonAndASentenceWithNumbers(string name)
    {
        (LbfgsOptions options, StopReason reason, bool success) = Cases[name];
        CountingObjective objective = new();
        using LbfgsResult result = Lbfgs.Minimize(objective, options with { Execution = Execution.Eager });
        Assert.Equal(reason, result.Reason);
        Assert.Equal(success, result.IsSuccess);
        Assert.Matches(@"^[A-Z].*\d.*\.$", result.Message);
        Assert.StartsWith(result.Message, result.ToString(), StringComparison.Ordinal);
        Assert.Equal(objective.Calls, result.Evaluations);
        Assert.Equal(objective.Adopted, result.Position.ToArray<double>());
        Assert.Equal(result.History.Min(p => p.Loss), result.Loss);
        Assert.True(result.Reads <= result.Evaluations + result.Iterations);
    }

    [Fact]
    public void Tolerances_AreMetByTheLastStepAndByNoneBefore()
    {
        using Tensor start = Start();
        using LbfgsResult relative = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { RelativeLossTolerance = 0.05 });
        double[] losses = [.. relative.History.Select(p => p.Loss)];
        bool[] met = [.. losses.Skip(1).Zip(losses, (now, before) => Math.Abs(now - before) <= 0.05 * Math.Abs(before))];
        Assert.True(met[^1]);
        Assert.DoesNotContain(true, met[..^1]);
        using LbfgsResult window = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { AbsoluteLossTolerance = 0.5, LossWindow = 4 });
        losses = [.. window.History.Select(p => p.Loss)];
        met = [.. losses.Skip(4).Zip(losses, (now, before) => Math.Abs(now - before) <= 0.5)];
        Assert.True(met[^1]);
        Assert.DoesNotContain(true, met[..^1]);
        Assert.Contains("4 iterations", window.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.1)]
    [InlineData(-1e6)]
    public void Tfp1391_NegativeLoss_RelativeToleranceStops(double shift)
    {
        using Tensor start = Tensor.From([1.0, -2.0, 3.0]), weights = Tensor.From([1.0, 2.0, 3.0]), axis = Tensor.From([0]);
        using LbfgsResult result =
            Lbfgs.Minimize(x => RawOps.Sum(weights * x * x, axis) + shift, start,
            new LbfgsOptions { RelativeLossTolerance = 1e-3, GradientTolerance = 0 });
        Assert.Equal(StopReason.LossTolerance, result.Reason);
    }

    [Fact]
    public void Tfp151_HostileLoss_EveryLoopEndsByEachLimit()
    {
        Random random = new(5);
        foreach ((LbfgsOptions options, StopReason reason, int most) in ((LbfgsOptions, StopReason, int)[])
        [
            (new LbfgsOptions { MaxEvaluations = 10 }, StopReason.EvaluationLimit, 10),
            // Two evaluations of 30 ms are over the limit, in the middle of the first line search.
            (new LbfgsOptions { MaxTime = TimeSpan.FromMilliseconds(50) }, StopReason.TimeLimit, 2),
            (new LbfgsOptions { MaxIterations = 0 }, StopReason.IterationLimit, 1),
            (new LbfgsOptions(), StopReason.Stalled, 31 * 8),
        ])
        {
            // Every loss is higher than the one before, and every gradient points somewhere else.
            CountingObjective objective = new((call, _, _) =>
            {
                Thread.Sleep(options.MaxTime is null ? 0 : 30);
                return (Tensor.Scalar((double)call), Tensor.From([random.NextDouble() + 0.5, random.NextDouble() - 0.5]));
            });
            using LbfgsResult result = Lbfgs.Minimize(objective, options with { Execution = Execution.Eager });
            Assert.Equal(reason, result.Reason);
            Assert.InRange(objective.Calls, 1, most);
            Assert.Equal(objective.Calls, result.Evaluations);
            Assert.Equal(1, result.Loss);
            Assert.Equal([-1.2, 1.0], objective.Adopted);
        }
    }

    [Fact]
    public void Dx969_Cancelled_WithinOneEvaluationAlsoInsideALineSearch()
    {
        using CancellationTokenSource cancel = new();
        CountingObjective objective = new((call, loss, gradient) =>
        {
            if (call == 6)
                cancel.Cancel();
            return (loss, gradient);
        });
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager }, cancel.Token);
        Assert.Equal(StopReason.Cancelled, result.Reason);
        Assert.Equal(6, objective.Calls);
        Assert.Equal(objective.Losses.Min(), result.Loss);
        Assert.Equal(objective.Adopted, result.Position.ToArray<double>());
    }

    [Fact]
    public void Tfp896_IterationsAndEvaluations_AreTwoLimitsAndTwoCounters()
    {
        List<LbfgsProgress> heard = [];
        using Tensor start = Start();
        using LbfgsResult iterations =
            Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { MaxIterations = 10, Progress = new Recorder<LbfgsProgress>(heard.Add) });
        Assert.Equal(10, iterations.Iterations);
        Assert.True(iterations.Evaluations > 11, "the line search needed no second trial");
        Assert.Equal(iterations.Iterations, heard[^1].Iteration);
        Assert.Equal(iterations.Evaluations, heard[^1].Evaluations);
        using LbfgsResult evaluations = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { MaxEvaluations = 10 });
        Assert.Equal(10, evaluations.Evaluations);
        Assert.True(evaluations.Iterations < 10);
    }

    [Fact]
    public void Dx1819_Float32ResidualNetwork_GoesOnUntilALimitAndSaysWhy()
    {
        // u'' = -pi² sin(pi x) on [-1, 1] with u = 0 at the ends; 20 tanh units, in float32.
        using TensorScope scope = new();
        float[] points = [.. Enumerable.Range(0, 41).Select(i => -1 + i / 20f)];
        Tensor x = Tensor.From<float>(points, [41, 1]), ends = Tensor.From<float>([-1, 1], [2, 1]);
        Tensor right = Tensor.From<float>([.. points.Select(p => (float)(-Math.PI * Math.PI * Math.Sin(Math.PI * p)))], [41]);
        Tensor rows = Tensor.From([0]), columns = Tensor.From([1]);
        Random random = new(3);
        Tensor start = Tensor.From<float>([.. Enumerable.Range(0, 60).Select(_ => (float)(2 * random.NextDouble() - 1))], [60]);
        Tensor Loss(Tensor p)
        {
            Tensor a = p[..20], b = p[20..40], c = p[40..];
            Tensor t = RawOps.Tanh(x * a + b);
            Tensor residual = RawOps.Sum(c * a * a * (-2 * t * (1 - t * t)), columns) - right;
            Tensor boundary = RawOps.Sum(c * RawOps.Tanh(ends * a + b), columns);
            return RawOps.Mean(residual * residual, rows) + 10 * RawOps.Mean(boundary * boundary, rows);
        }

        using LbfgsResult result = Lbfgs.Minimize(Loss, start, new LbfgsOptions { MaxIterations = 300 });
        Assert.True(result.Iterations >= 150, result.ToString());
        Assert.True(result.Loss < 1e-3 * result.InitialLoss, result.ToString());
        Assert.Matches(@"\d", result.Message);
    }

    [Fact]
    public void Validate_ValuesOutOfRange_NameTheOption()
    {
        foreach ((string name, LbfgsOptions options) in ((string, LbfgsOptions)[])
        [
            ("PositionTolerance", new LbfgsOptions { PositionTolerance = -1 }),
            ("RelativeLossTolerance", new LbfgsOptions { RelativeLossTolerance = double.NaN }),
            ("AbsoluteLossTolerance", new LbfgsOptions { AbsoluteLossTolerance = -1e-3 }),
            ("LossWindow", new LbfgsOptions { LossWindow = 0 }),
            ("Patience", new LbfgsOptions { Patience = 0 }),
            ("MinimumImprovement", new LbfgsOptions { MinimumImprovement = -1 }),
            ("MaxTime", new LbfgsOptions { MaxTime = TimeSpan.Zero }),
            ("Validation.Interval", new LbfgsOptions { Validation = new Validation(_ => 1.0) { Interval = 0 } }),
            ("Validation.Patience", new LbfgsOptions { Validation = new Validation(_ => 1.0) { Patience = 0 } }),
            ("Validation.MinimumImprovement", new LbfgsOptions { Validation = new Validation(_ => 1.0) { MinimumImprovement = -1 } }),
            ("Observers", new LbfgsOptions { Observers = [null!] }),
        ])
        {
            string message = Assert.Throws<TfLbfgsException>(options.Validate).Message;
            Assert.StartsWith($"LbfgsOptions.{name}: expected", message, StringComparison.Ordinal);
            Assert.Contains("received", message, StringComparison.Ordinal);
        }
    }
}

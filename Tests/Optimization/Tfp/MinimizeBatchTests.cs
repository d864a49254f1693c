using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

public sealed class MinimizeBatchTests : LeakChecked
{
    private static readonly double[,] Starts = { { 1, 1 }, { -2, 2 }, { -1, -1 }, { 1, -2 } };

    public static TheoryData<bool, Execution> Modes => new()
    {
        { true, Execution.Traced }, { true, Execution.Compiled }, { true, Execution.Eager }, { false, Execution.Traced },
            { false, Execution.Compiled }, { false, Execution.Eager },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void MinimizeBatch_Himmelblau_FindsAMinimumForEachMember(bool compatible, Execution execution)
    {
        using Tensor starts = Tensor.From(Starts);
        using LbfgsBatchResult result = EitherMode.MinimizeBatch(Himmelblau, starts, Mode(compatible) with { Execution = execution });
        Assert.True(result.AllConverged, string.Join('\n', result.Messages));
        Assert.All(result.Losses, loss => Assert.True(loss < 1e-15));
        Assert.All(result.Reasons, reason => Assert.Equal(StopReason.Converged, reason));
        Assert.All(result.GradientNorms, norm => Assert.True(norm <= 1e-8));
        Assert.Equal("(4, 2)", result.Position.Shape.ToString());
        Assert.Equal(compatible ? "(10, 4, 2)" : $"({result.MemberIterations.Max()}, 4, 2)", result.PositionDeltas.Shape.ToString());
        Assert.True(result.Reads <= result.Evaluations + result.Iterations, $"{result.Reads} reads");
        Assert.Equal(result.Iterations + 1, result.History.Count);
        Assert.Contains("4 Converged", result.ToString(), StringComparison.Ordinal);
        double[] x = result.Position.ToArray<double>();
        Assert.Equal(3, x[0], 1e-6);
        Assert.Equal(2, x[1], 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MinimizeBatch_SameMembersOneByOne_AreTheSame(bool compatible)
    {
        using Tensor starts = Tensor.From(Starts);
        using LbfgsBatchResult batch = EitherMode.MinimizeBatch(Himmelblau, starts, Mode(compatible));
        double[] together = batch.Position.ToArray<double>();
        for (int i = 0; i < 4; i++)
        {
            using Tensor start = starts[i];
            using LbfgsBatchResult alone = EitherMode.MinimizeBatch(Himmelblau, start, Mode(compatible));
            Assert.Equal(alone.Position.ToArray<double>(), together[(2 * i)..(2 * i + 2)]);
            Assert.Equal(alone.Losses[0], batch.Losses[i]);
            Assert.True(alone.Evaluations <= batch.Evaluations);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MinimizeBatch_Any_EndsWithTheFirstAndResumesToAll(bool compatible)
    {
        using Tensor starts = Tensor.From(Starts);
        using LbfgsBatchResult any = EitherMode.MinimizeBatch(
            Himmelblau, starts, compatible
                ? LbfgsOptions.TfpCompatible with { StoppingCondition = BatchStopping.Any }
                : new BatchOptions { StoppingCondition = BatchStopping.Any });
        Assert.Contains(true, any.Converged);
        Assert.Contains(StopReason.AnotherMember, any.Reasons);
        Assert.All(any.Messages, message => Assert.NotEmpty(message));
        using LbfgsBatchResult all = EitherMode.MinimizeBatch(
            Himmelblau, null, compatible
                ? LbfgsOptions.TfpCompatible with { PreviousBatchResult = any } : new BatchOptions { PreviousBatchResult = any });
        Assert.True(all.AllConverged, string.Join('\n', all.Messages));
        Assert.True(all.Iterations > any.Iterations && all.Evaluations > any.Evaluations);
        using LbfgsBatchResult whole = EitherMode.MinimizeBatch(Himmelblau, starts, Mode(compatible));
        if (compatible)
        {
            Assert.Equal(whole.Evaluations, all.Evaluations);
            Assert.Equal(whole.Position.ToArray<double>(), all.Position.ToArray<double>());
        }
    }

    [Fact]
    public void MinimizeBatch_Float32OnSecondDevice_ReadsOnlyScalars()
    {
        using (Device.Use("/CPU:1"))
        using (Tensor starts =
            Tensor.From<float>([.. Enumerable.Range(0, 3000).Select(i => i % 2 == 0 ? -1.2f : 1.0f + i / 1000)], [3, 1000]))
        using (new TransferGuard())
        {
            NativeCounters.ResetLargestRead();
            NativeCounters before = NativeCounters.Now;
            using LbfgsBatchResult result = Lbfgs.MinimizeBatch(ExtendedRosenbrock, starts, new BatchOptions { GradientTolerance = 1e-3 });
            NativeCounters used = NativeCounters.Now.Since(before);
            Assert.All(result.Losses, loss => Assert.True(loss < 1e-3, result.ToString()));
            Assert.Equal(DType.Float32, result.Position.DType);
            Assert.EndsWith("CPU:1", result.Position.DeviceName, StringComparison.Ordinal);
            Assert.Equal(result.Reads, used.Reads);
            Assert.True(used.Reads <= result.Evaluations + result.Iterations, $"{used.Reads} reads, {result}");
            Assert.True(used.LargestRead <= 3 * 9 * sizeof(double), $"{used.LargestRead} bytes");
            Assert.Equal(0, used.DeviceCopies);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MinimizeBatch_CancelledLimitedOrAtItsTarget_SaysSo(bool compatible)
    {
        using Tensor starts = Tensor.From(Starts);
        using CancellationTokenSource cancel = new();
        Progress progress = new(step =>
        {
            if (step.Iteration == 2)
                cancel.Cancel();
        });
        using LbfgsBatchResult cancelled =
            EitherMode.MinimizeBatch(Himmelblau, starts, Mode(compatible) with { Progress = progress }, cancel.Token);
        Assert.All(cancelled.Reasons, reason => Assert.Equal(StopReason.Cancelled, reason));
        // Members that were searching have moved to the lowest point that they saw.
        Assert.InRange(cancelled.Iterations, 2, compatible ? 2 : 3);
        using LbfgsBatchResult limited = EitherMode.MinimizeBatch(Himmelblau, starts, Mode(compatible) with { MaxEvaluations = 6 });
        Assert.Equal(6, limited.Evaluations);
        Assert.All(limited.Reasons, reason => Assert.Equal(StopReason.EvaluationLimit, reason));
        Assert.All(limited.Losses.Zip(limited.InitialLosses), pair => Assert.True(pair.First <= pair.Second));
        using LbfgsBatchResult target = EitherMode.MinimizeBatch(Himmelblau, starts, Mode(compatible) with { TargetLoss = 1 });
        Assert.All(target.Reasons, reason => Assert.Equal(StopReason.TargetReached, reason));
        Assert.All(target.Losses, loss => Assert.InRange(loss, 0, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MinimizeBatch_MoreIterations_TraceForNewShapesOnly(bool compatible)
    {
        int traced = 0;
        using Tensor starts = Tensor.From(Starts);
        using LbfgsBatchResult result = EitherMode.MinimizeBatch(
            x =>
            {
                traced++;
                return Himmelblau(x);
            },
            starts,
            Mode(compatible));
        Assert.True(result.Iterations > 5);
        // Two functions for each shape: 4 members, then 2, then 1.
        Assert.InRange(traced, 1, compatible ? 1 : 6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MinimizeBatch_DiagonalOfTheCurvature_NeedsFewerEvaluations(bool compatible)
    {
        double[] scales = [1, 1e2, 1e4];
        using Tensor inverse = Tensor.From(scales.Select(s => 1 / s).ToArray());
        using Tensor starts = Tensor.From(new[,] { { 3.0, -2.0, 5.0 }, { -1.0, 4.0, 2.0 } });
        (Tensor, Tensor) Bowl(Tensor x)
        {
            Tensor a = Tensor.From(scales);
            return (0.5 * SumLast(a * x * x + 0.1 * x * x * x * x), a * x + 0.2 * x * x * x);
        }

        // With the curvature of losses the plain run of three variables takes 16 rounds, the scaled one 18.
        using LbfgsBatchResult plain = EitherMode.MinimizeBatch(
            Bowl,
            starts,
            compatible
                ? LbfgsOptions.TfpCompatible with { MaxIterations = 200 }
                : new BatchOptions { MaxIterations = 200, UseLosses = false, AllowedRise = 0, AdaptFirstTrial = false });
        using LbfgsBatchResult scaled = EitherMode.MinimizeBatch(
            Bowl,
            starts,
            compatible
                ? LbfgsOptions.TfpCompatible with { MaxIterations = 200, InitialInverseHessianDiagonal = inverse }
                : new BatchOptions
                {
                    MaxIterations = 200,
                    UseLosses = false,
                    AllowedRise = 0,
                    AdaptFirstTrial = false,
                    InitialInverseHessianDiagonal = inverse,
                });
        Assert.True(plain.AllConverged && scaled.AllConverged, string.Join('\n', plain.Messages.Concat(scaled.Messages)));
        Assert.True(scaled.Evaluations < plain.Evaluations, $"{scaled.Evaluations} against {plain.Evaluations}");
    }

    [Fact]
    public void MinimizeBatch_FunctionOrProgressThrows_LeavesNothingBehind()
    {
        using Tensor starts = Tensor.From(Starts);
        int calls = 0;
        Assert.Throws<TfLbfgsException>(() => Lbfgs.MinimizeBatch(
            x => ++calls > 4
                ? throw new InvalidOperationException() : Himmelblau(x), starts, new BatchOptions { Execution = Execution.Eager }));
        Assert.Throws<TfLbfgsException>(() => Lbfgs.MinimizeBatch(
            Himmelblau, starts,
                new BatchOptions { Progress = new Progress(step => { if (step.Iteration == 3) throw new InvalidOperationException(); }) }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MinimizeBatch_Observed_ReportsTheLowestMember(bool compatible)
    {
        Observer observer = new();
        using Tensor starts = Tensor.From(Starts);
        using LbfgsBatchResult result = EitherMode.MinimizeBatch(Himmelblau, starts, Mode(compatible) with { Observers = [observer] });
        Assert.Equal(8, observer.Parameters);
        Assert.Equal(result.Evaluations, observer.Trials);
        Assert.Equal(result.History.Select(step => step.Loss), observer.Losses, (a, b) => Math.Abs(a - b) <= 1e-9 * Math.Abs(a) + 1e-18);
        Assert.Equal(result.Losses[result.Best], observer.End!.Loss);
    }

    [Theory]
    [InlineData(true, LbfgsAction.Stop, StopReason.Stopped)]
    [InlineData(false, LbfgsAction.Abort, StopReason.Aborted)]
    public void MinimizeBatch_CallbackEndsOrTimeIsOver_SaysSo(bool compatible, LbfgsAction action, StopReason reason)
    {
        using Tensor starts = Tensor.From(Starts);
        using LbfgsBatchResult ended = EitherMode.MinimizeBatch(
            Himmelblau, starts, Mode(compatible) with { Callback = step => step.Iteration == 2 ? action : LbfgsAction.Continue });
        Assert.All(ended.Reasons, r => Assert.Equal(reason, r));
        Assert.InRange(ended.Iterations, 2, compatible ? 2 : 3);
        using LbfgsBatchResult late =
            EitherMode.MinimizeBatch(Himmelblau, starts, Mode(compatible) with { MaxTime = TimeSpan.FromTicks(1) });
        Assert.All(late.Reasons, r => Assert.Equal(StopReason.TimeLimit, r));
        Assert.Equal(1, late.Evaluations);
    }

    private static RunOptions Mode(bool compatible) => EitherMode.Batch(compatible);

    private static (Tensor, Tensor) Himmelblau(Tensor x)
    {
        (Tensor a, Tensor b) = (x[TensorIndex.Ellipsis, 0], x[TensorIndex.Ellipsis, 1]);
        Tensor p = a * a + b - 11;
        Tensor q = a + b * b - 7;
        return (p * p + q * q, RawOps.Pack([4 * a * p + 2 * q, 2 * p + 4 * b * q], -1));
    }

    private static (Tensor, Tensor) ExtendedRosenbrock(Tensor x)
    {
        Tensor a = x[TensorIndex.Ellipsis, TensorIndex.Slice(0, null, 2)];
        Tensor b = x[TensorIndex.Ellipsis, TensorIndex.Slice(1, null, 2)];
        Tensor t = b - a * a;
        Tensor gradient = RawOps.Pack([-400 * a * t - 2 * (1 - a), 200 * t], -1);
        return (SumLast(100 * t * t + (1 - a) * (1 - a)), RawOps.Reshape(gradient, RawOps.Shape(x)));
    }

    private static Tensor SumLast(Tensor x) => RawOps.Sum(x, Tensor.From([-1]));

    private sealed class Progress(Action<LbfgsProgress> report) : IProgress<LbfgsProgress>
    {
        public void Report(LbfgsProgress value) => report(value);
    }

    private sealed class Observer : LbfgsObserver
    {
        public long Parameters { get; private set; }

        public int Trials { get; private set; }

        public List<double> Losses { get; } = [];

        public LbfgsResult? End { get; private set; }

        public override bool ReceivesTrials => true;

        public override void OnStart(long parameters) => Parameters = parameters;

        public override void OnTrial(LbfgsTrial trial) => Trials++;

        public override void OnIteration(LbfgsProgress progress, Tensor position)
        {
            double[] x = position.ToArray<double>();
            double p = x[0] * x[0] + x[1] - 11;
            double q = x[0] + x[1] * x[1] - 7;
            Losses.Add(p * p + q * q);
            Assert.Equal(progress.Loss, p * p + q * q, 1e-9);
        }

        public override void OnEnd(LbfgsResult? result) => End = result;
    }
}

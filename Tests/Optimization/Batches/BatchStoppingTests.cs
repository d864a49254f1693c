using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Batches.BatchProblems;

namespace TfLbfgs.Tests.Optimization.Batches;

/// <summary>When a batch ends, and when a member does.</summary>
public sealed class BatchStoppingTests : LeakChecked
{
    public static TheoryData<bool, int> Conditions => new() { { false, 1 }, { false, 3 }, { false, 7 }, { true, 1 }, { true, 3 } };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void AtLeast_AsManyConverged_EndsTheOthers(bool compatible, int members)
    {
        using Tensor starts = Starts(10, 2, seed: 17);
        BatchStopping condition = BatchStopping.AtLeast(members);
        RunOptions options = compatible
            ? LbfgsOptions.TfpCompatible with { StoppingCondition = condition } : new BatchOptions { StoppingCondition = condition };
        using LbfgsBatchResult result = EitherMode.MinimizeBatch(Himmelblau, starts, options);
        int converged = result.Converged.Count(c => c);
        Assert.InRange(converged, members, 9);
        Assert.Equal(10 - converged, result.Reasons.Count(reason => reason is StopReason.AnotherMember or StopReason.LineSearchFailed));
        string message = result.Messages[result.Reasons.ToList().IndexOf(StopReason.AnotherMember)];
        Assert.Contains(members == 1
            ? "BatchStopping.Any ends all" : $"BatchStopping.AtLeast({members}) ends all", message, StringComparison.Ordinal);
        Assert.All(result.Losses.Zip(result.InitialLosses), pair => Assert.True(pair.First <= pair.Second));
    }

    [Fact]
    public void AtLeast_MoreThanThereAre_IsAll()
    {
        using Tensor starts = Starts(4, 2, seed: 18);
        using LbfgsBatchResult result =
            Lbfgs.MinimizeBatch(Himmelblau, starts, new BatchOptions { StoppingCondition = BatchStopping.AtLeast(5) });
        Assert.True(result.AllConverged, result.ToString());
    }

    [Fact]
    public void BatchStopping_Values_CompareAndPrint()
    {
        Assert.Equal(BatchStopping.Any, BatchStopping.AtLeast(1));
        Assert.Equal(default, BatchStopping.All);
        Assert.True(BatchStopping.Any != BatchStopping.All);
        Assert.Equal("All Any AtLeast(3)", $"{BatchStopping.All} {BatchStopping.Any} {BatchStopping.AtLeast(3)}");
        Assert.Equal([null, 1, 3], [BatchStopping.All.Required, BatchStopping.Any.Required, BatchStopping.AtLeast(3).Required]);
        Assert.Contains("at least 1 member, received 0", Assert.Throws<TfLbfgsException>(() => BatchStopping.AtLeast(0)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void MaxIterations_IsThatOfEachMember()
    {
        using Tensor starts = Starts(6, 8, seed: 19, reach: 2);
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(Rosenbrock, starts, new BatchOptions { MaxIterations = 7 });
        Assert.All(result.MemberIterations, iterations => Assert.Equal(7, iterations));
        Assert.All(result.Reasons, reason => Assert.Equal(StopReason.IterationLimit, reason));
        for (int i = 0; i < 6; i++)
        {
            using Tensor start = starts[i];
            using LbfgsResult single = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { MaxIterations = 7 });
            Assert.Equal(single.Loss, result.Losses[i], 1e-9 * single.Loss);
            Assert.Equal(single.Evaluations, result.MemberEvaluations[i]);
        }
    }

    [Fact]
    public void Tolerances_EndEachMemberByItself()
    {
        using Tensor starts = Starts(5, 2, seed: 20);
        BatchOptions strict = new() { GradientTolerance = 0 };
        static (Tensor, Tensor) Above(Tensor x)
        {
            (Tensor losses, Tensor gradients) = Himmelblau(x);
            return (losses + 1, gradients);
        }

        foreach ((BatchOptions options, StopReason reason) in new[]
                 {
                     (strict with { PositionTolerance = 1e-3 }, StopReason.PositionTolerance),
                     (strict with { AbsoluteLossTolerance = 1e-4 }, StopReason.LossTolerance),
                     (strict with { RelativeLossTolerance = 1e-5 }, StopReason.LossTolerance),
                     (strict with { TargetLoss = 1.5 }, StopReason.TargetReached),
                 })
        {
            using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(Above, starts, options);
            Assert.All(batch.Reasons, r => Assert.Equal(reason, r));
            for (int i = 0; i < 5; i++)
            {
                using Tensor start = starts[i];
                using LbfgsResult single = Lbfgs.Minimize(Above, start, options.ForOne());
                Assert.Equal((single.Reason, single.Evaluations), (batch.Reasons[i], batch.MemberEvaluations[i]));
            }
        }
    }

    [Fact]
    public void Cancellation_DuringAnEvaluation_EndsWithIt()
    {
        using CancellationTokenSource cancel = new();
        using Tensor starts = Starts(6, 8, seed: 23, reach: 2);
        int calls = 0;
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(
            x =>
            {
                if (++calls == 9)
                    cancel.Cancel();
                return Rosenbrock(x);
            },
            starts,
            new BatchOptions { Execution = Execution.Eager },
            cancel.Token);
        Assert.Equal(9, calls);
        Assert.All(result.Reasons, reason => Assert.Equal(StopReason.Cancelled, reason));
        Assert.All(result.Losses.Zip(result.InitialLosses), pair => Assert.True(pair.First < pair.Second));
    }

    [Fact]
    public void Function_ThatThrowsAfterMembersHaveLeft_LeavesNothingBehind()
    {
        using Tensor starts = Starts(8, 2, seed: 24);
        int calls = 0;
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Lbfgs.MinimizeBatch(
            x => ++calls > 1 && x.Shape[0] < 8 && calls % 2 == 0 ? throw new InvalidOperationException("no more") : x.Shape[0] < 8
                || calls < 12 ? Himmelblau(x) : throw new InvalidOperationException("no more"),
            starts,
            new BatchOptions { Execution = Execution.Eager }));
        Assert.Contains("no more", e.Message, StringComparison.Ordinal);
    }
}

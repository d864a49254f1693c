using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Batches.BatchProblems;

namespace TfLbfgs.Tests.Optimization.Batches;

/// <summary>A batch of the default mode against single runs, and members against each other.</summary>
public sealed class BatchLbfgsTests : LeakChecked
{
    [Theory]
    [InlineData("himmelblau", 2, 4)]
    [InlineData("rosenbrock", 2, 2)]
    [InlineData("rosenbrock", 12, 2)]
    [InlineData("rastrigin", 3, 2)]
    public void MinimizeBatch_RandomStarts_AreSingleRunsMemberByMember(string name, int n, double reach)
    {
        const int members = 12;
        using Tensor starts = Starts(members, n, seed: 5, reach);
        using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(x => Of(name, x), starts);
        double[] together = batch.Position.ToArray<double>();
        int evaluations = 0;
        for (int i = 0; i < members; i++)
        {
            using Tensor start = starts[i];
            using LbfgsResult single = Lbfgs.Minimize(x => Of(name, x), start);
            Assert.Equal(single.Reason, batch.Reasons[i]);
            Assert.Equal(single.Position.ToArray<double>(), together[(i * n)..((i + 1) * n)], (a, b) => Math.Abs(a - b) < 1e-6);
            // Rounding grows with the length of a run.
            int few = 2 + single.Iterations / 50;
            Assert.InRange(batch.MemberEvaluations[i], single.Evaluations - few, single.Evaluations + few);
            Assert.InRange(batch.MemberIterations[i], single.Iterations - few, single.Iterations + few);
            evaluations += single.Evaluations;
        }

        Assert.InRange(batch.MemberEvaluations.Sum(), 0.98 * evaluations, 1.02 * evaluations);
        Assert.Equal(batch.Evaluations, batch.MemberEvaluations.Max());
    }

    [Theory]
    [InlineData(Execution.Traced, 64)]
    [InlineData(Execution.Compiled, 9)]
    [InlineData(Execution.Eager, 64)]
    public void MinimizeBatch_OtherMembers_ChangeNothing(Execution execution, int count)
    {
        const int n = 6;
        BatchOptions options = new() { Execution = execution };
        using Tensor all = Starts(count, n, seed: 7, reach: 2);
        using LbfgsBatchResult many = Lbfgs.MinimizeBatch(Rosenbrock, all, options);
        foreach (int members in new[] { 1, 8 })
        {
            using Tensor starts = all[..members];
            using LbfgsBatchResult few = Lbfgs.MinimizeBatch(Rosenbrock, starts, options);
            Assert.Equal(few.MemberEvaluations, many.MemberEvaluations.Take(members), (a, b) => Math.Abs(a - b) <= 1);
            Assert.Equal(few.Position.ToArray<double>(), many.Position.ToArray<double>()[..(members * n)],
                (a, b) => Math.Abs(a - b) < 1e-7);
            // The same iterates: the losses after as many steps of each.
            using LbfgsBatchResult begun = Lbfgs.MinimizeBatch(Rosenbrock, starts, options with { MaxIterations = 12 });
            using LbfgsBatchResult allBegun = Lbfgs.MinimizeBatch(Rosenbrock, all, options with { MaxIterations = 12 });
            Assert.Equal(begun.Losses, allBegun.Losses.Take(members), (a, b) => Math.Abs(a - b) <= 1e-8 * Math.Abs(a) + 1e-14);
        }
    }

    [Theory]
    [InlineData(3, 12)]
    [InlineData(60, 1000)]
    public void MinimizeBatch_MemoryThatFillsOrGrows_IsThatOfSingleRuns(int pairs, int iterations)
    {
        // 3 pairs are soon full; long runs with 60 need more than the slots of the first stage.
        const int n = 20;
        BatchOptions options = new() { MemoryLength = pairs, MaxIterations = iterations };
        using Tensor starts = Starts(4, n, seed: 3, reach: 2);
        using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(Rosenbrock, starts, options);
        Assert.True(batch.MemberIterations.Max() >= Math.Min(iterations, 36), batch.ToString());
        Assert.Equal(Math.Min(pairs, batch.MemberIterations.Max()), (int)batch.PositionDeltas.Shape[0]);
        for (int i = 0; i < 4; i++)
        {
            using Tensor start = starts[i];
            using LbfgsResult single = Lbfgs.Minimize(Rosenbrock, start, options.ForOne());
            Assert.Equal(single.Reason, batch.Reasons[i]);
            Assert.Equal(single.Loss, batch.Losses[i], 1e-6 * single.Loss + 1e-12);
            Assert.InRange(batch.MemberEvaluations[i], single.Evaluations * 0.9 - 2, single.Evaluations * 1.1 + 2);
        }
    }

    [Fact]
    public void MinimizeBatch_PairsOfTheResult_AreStepsBetweenPoints()
    {
        using TensorScope scope = new();
        const int n = 4;
        using Tensor starts = Starts(5, n, seed: 9, reach: 2);
        using LbfgsBatchResult ten = Lbfgs.MinimizeBatch(Rosenbrock, starts,
            new BatchOptions { MaxIterations = 10, UseLosses = false, AllowedRise = 0, AdaptFirstTrial = false });
        using LbfgsBatchResult nine = Lbfgs.MinimizeBatch(Rosenbrock, starts,
            new BatchOptions { MaxIterations = 9, UseLosses = false, AllowedRise = 0, AdaptFirstTrial = false });
        double[] step = ten.PositionDeltas[^1].ToArray<double>();
        double[] change = ten.GradientDeltas[^1].ToArray<double>();
        double[] moved = (ten.Position - nine.Position).ToArray<double>();
        double[] turned = (ten.Gradient - nine.Gradient).ToArray<double>();
        Assert.Equal(moved, step, (a, b) => Math.Abs(a - b) <= 1e-9);
        Assert.Equal(turned, change, (a, b) => Math.Abs(a - b) <= 1e-6);
    }

    [Fact]
    public void MinimizeBatch_Resumed_GoesOnAsIfItHadNotStopped()
    {
        using Tensor starts = Starts(6, 8, seed: 21, reach: 2);
        using LbfgsBatchResult whole = Lbfgs.MinimizeBatch(Rosenbrock, starts);
        using LbfgsBatchResult begun = Lbfgs.MinimizeBatch(Rosenbrock, starts, new BatchOptions { MaxIterations = 15 });
        using LbfgsBatchResult ended = Lbfgs.MinimizeBatch(Rosenbrock, null, new BatchOptions { PreviousBatchResult = begun });
        Assert.True(ended.AllConverged, ended.ToString());
        Assert.Equal(begun.InitialLosses, ended.InitialLosses);
        Assert.Equal(whole.MemberIterations, ended.MemberIterations, (a, b) => Math.Abs(a - b) <= 3);
        // The position is evaluated once more.
        Assert.Equal(whole.MemberEvaluations, ended.MemberEvaluations, (a, b) => Math.Abs(a + 1 - b) <= 4);
    }

    [Fact]
    public void MinimizeBatch_ShapeOfTheBatch_IsKept()
    {
        using TensorScope scope = new();
        using Tensor rows = Starts(6, 2, seed: 2);
        using Tensor starts = RawOps.Reshape(rows, Tensor.From([2, 3, 2]));
        using LbfgsBatchResult flat = Lbfgs.MinimizeBatch(Himmelblau, rows);
        using LbfgsBatchResult deep = Lbfgs.MinimizeBatch(Himmelblau, starts);
        Assert.Equal("(2, 3, 2)", deep.Position.Shape.ToString());
        Assert.Equal("(2, 3, 2)", deep.Gradient.Shape.ToString());
        Assert.Equal(flat.Position.ToArray<double>(), deep.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(flat.Losses, deep.Losses, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void MinimizeBatch_Float32_ReachesTheMinimaOfSingleRuns()
    {
        using Tensor starts = Starts(16, 2, seed: 4, dtype: DType.Float32);
        using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(Himmelblau, starts, new BatchOptions { GradientTolerance = 1e-3 });
        for (int i = 0; i < 16; i++)
        {
            using Tensor start = starts[i];
            using LbfgsResult single = Lbfgs.Minimize(Himmelblau, start, new LbfgsOptions { GradientTolerance = 1e-3 });
            Assert.Equal(single.Position.ToArray<float>(), batch.Position.ToArray<float>()[(2 * i)..(2 * i + 2)],
                (a, b) => Math.Abs(a - b) < 1e-3);
            Assert.Equal(single.IsSuccess, batch.Converged[i]);
        }
    }

    [Fact]
    public void MinimizeBatch_MembersThatAreNotFinite_LeaveTheOthersAlone()
    {
        using TensorScope scope = new();
        // x - log x, which is no number from 0 down; the second member starts there, the third one at infinity.
        static (Tensor, Tensor) Barrier(Tensor x) => (SumLast(x - RawOps.Log(x)), 1 - RawOps.Reciprocal(x));
        using Tensor starts = Tensor.From(new[,] { { 30.0, 0.01 }, { -1.0, 2.0 }, { double.PositiveInfinity, 1.0 }, { 5.0, 1e-6 } });
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(Barrier, starts);
        Assert.Equal([StopReason.Converged, StopReason.BadStart, StopReason.BadStart, StopReason.Converged], result.Reasons);
        Assert.Equal([1, 1], result.MemberEvaluations.Where((_, i) => i is 1 or 2));
        Assert.Equal(2, result.Losses[0], 1e-12);
        Assert.Equal(2, result.Losses[3], 1e-12);
        Assert.Equal([-1.0, 2.0], result.Position[1].ToArray<double>());
        Assert.Contains("Bad start", result.Messages[1], StringComparison.Ordinal);
        Assert.Equal([false, true, true, false], result.Failed);
    }

    [Fact]
    public void MinimizeBatch_OwnLineSearch_IsUsedByEachMember()
    {
        using Tensor starts = Starts(6, 2, seed: 8, reach: 2);
        foreach (LineSearch search in new LineSearch[] { new Halving(1), new Halving(0.5), new Second() })
        {
            BatchOptions options = new() { LineSearch = search };
            using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(Himmelblau, starts, options);
            Assert.True(batch.AllConverged, $"{search}: {string.Join('\n', batch.Messages)}");
            Assert.All(batch.Losses, loss => Assert.True(loss < 1e-12));
        }

        using LbfgsBatchResult usual = Lbfgs.MinimizeBatch(Himmelblau, starts);
        using LbfgsBatchResult wasteful = Lbfgs.MinimizeBatch(Himmelblau, starts, new BatchOptions { LineSearch = new Second() });
        Assert.True(wasteful.MemberEvaluations.Sum() > 1.5 * usual.MemberEvaluations.Sum());
    }

    /// <summary>Halves the step until the loss is low enough.</summary>
    private sealed record Halving(double Factor) : LineSearch
    {
        protected internal override IEnumerable<double> Steps(Line line)
        {
            for (double step = Factor * line.FirstStep; !line.IsUsedUp; step /= 2)
            {
                yield return step;
                if (!line.Last.IsFinite || line.IsTooHigh(line.Last))
                    continue;
                line.Accept();
                yield break;
            }
        }
    }

    /// <summary>Looks at three steps and takes the one between, which is neither the last nor the lowest.</summary>
    private sealed record Second : LineSearch
    {
        protected internal override IEnumerable<double> Steps(Line line)
        {
            for (double step = line.FirstStep; !line.IsUsedUp; step /= 2)
            {
                yield return step;
                bool isLow = line.Last.IsFinite && !line.IsTooHigh(line.Last);
                if (!isLow)
                    continue;
                yield return step * 1e-3;
                yield return step * 1e-2;
                line.Accept(step);
                yield break;
            }
        }
    }
}

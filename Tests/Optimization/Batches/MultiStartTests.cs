using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Batches.BatchProblems;

namespace TfLbfgs.Tests.Optimization.Batches;

public sealed class MultiStartTests : LeakChecked
{
    private static readonly double[][] MinimaOfHimmelblau = [[3, 2], [-2.805118, 3.131312], [-3.779310, -3.283186], [3.584428, -1.848126]];

    [Fact]
    public void MinimizeFromStarts_Himmelblau_FindsItsFourMinima()
    {
        using Tensor lower = Tensor.From([-5.0, -5.0]);
        using Tensor upper = Tensor.From([5.0, 5.0]);
        using Tensor starts = StartPoints.Between(40, seed: 1, lower, upper);
        using MultiStartResult result = Lbfgs.MinimizeFromStarts(Himmelblau, starts);
        Assert.Equal(4, result.Minima.Count);
        Assert.Equal(40, result.Entries.Count(entry => entry.IsMinimum));
        Assert.Equal(40, result.Minima.Sum(minimum => minimum.Count));
        Assert.All(result.Minima, minimum => Assert.True(minimum.Loss < 1e-12));
        foreach (double[] expected in MinimaOfHimmelblau)
        {
            Assert.Contains(result.Minima, minimum =>
            {
                using Tensor position = result.PositionOf(minimum.Rank);
                return position.ToArray<double>().Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
            });
        }

        Assert.Equal(Enumerable.Range(0, 40), result.Entries.Select(entry => entry.Start).Order());
        Assert.Equal(result.Entries.Select(entry => entry.Loss).Order(), result.Entries.Select(entry => entry.Loss));
        Assert.StartsWith("40 starts, 4 minima; lowest loss", result.ToString(), StringComparison.Ordinal);
        Assert.Equal(20 + 3, result.ToString().Split('\n').Length);
        Assert.Contains("Converged", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void MinimizeFromStarts_OneAfterTheOther_RanksAsTheBatchDoes()
    {
        using Tensor starts = Starts(12, 2, seed: 33, reach: 2);
        using MultiStartResult batch = Lbfgs.MinimizeFromStarts(Rastrigin, starts);
        int traced = 0;
        using MultiStartResult single = Lbfgs.MinimizeFromStarts(
            x =>
            {
                traced++;
                return Rastrigin(x).Losses;
            },
            starts);
        Assert.Equal(batch.Minima.Count, single.Minima.Count);
        Assert.Equal(batch.Minima.Select(minimum => minimum.Count), single.Minima.Select(minimum => minimum.Count));
        Assert.Equal(batch.Minima.Select(minimum => minimum.Loss), single.Minima.Select(minimum => minimum.Loss),
            (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.True(traced <= 3, $"{traced} traces for 12 starts");
        Assert.Equal(single.Entries.Sum(entry => entry.Evaluations), single.Calls);
        Assert.True(batch.Calls < single.Calls / 3);
    }

    [Fact]
    public void MinimizeFromStarts_Objective_AdoptsTheBestOfAll()
    {
        Keeper objective = new();
        using Tensor starts = Tensor.From(new[,] { { 1.0 }, { 21.0 }, { -10.7 } });
        using MultiStartResult result = Lbfgs.MinimizeFromStarts(objective, starts);
        Assert.Equal(0, result.Best.Start);
        Assert.Equal(3, result.Minima.Count);
        Assert.Equal(0, objective.Adopted[0], 1e-6);

        using CancellationTokenSource cancel = new();
        Keeper cancelled = new() { Evaluated = calls => { if (calls == 1) cancel.Cancel(); } };
        using MultiStartResult partial =
            Lbfgs.MinimizeFromStarts(cancelled, starts, new LbfgsOptions { Execution = Execution.Eager }, cancellationToken: cancel.Token);
        Assert.Equal(StopReason.Cancelled, Assert.Single(partial.Entries).Reason);
        Assert.Empty(partial.Minima);

        using MultiStartResult two = Lbfgs.MinimizeFromStarts(new Keeper(), starts, stopping: BatchStopping.AtLeast(2));
        Assert.Equal([0, 1], two.Entries.Select(entry => entry.Start).Order());

        Keeper thrower = new() { Evaluated = calls => { if (calls == 12) throw new InvalidOperationException(); } };
        Assert.Throws<TfLbfgsException>(() => Lbfgs.MinimizeFromStarts(thrower, starts, new LbfgsOptions { Execution = Execution.Eager }));
        Assert.Equal(0, thrower.Adopted[0], 1e-6);
    }

    [Fact]
    public void MinimizeFromStarts_EndsThatAreNoMinima_AreRankedButNotGrouped()
    {
        static (Tensor, Tensor) Barrier(Tensor x) => (SumLast(x - RawOps.Log(x)), 1 - RawOps.Reciprocal(x));
        using Tensor starts = Tensor.From(new[,] { { -1.0 }, { 3.0 }, { 1e-5 } });
        using MultiStartResult result = Lbfgs.MinimizeFromStarts(Barrier, starts);
        Assert.Equal(0, result.Entries[^1].Start);
        Assert.Null(result.Entries[^1].Minimum);
        Assert.Equal(2, Assert.Single(result.Minima).Count);
        Assert.Equal(0, result.Best.Minimum);
    }

    [Fact]
    public void StartPoints_SameSeed_AreTheSameAndWithinTheirBounds()
    {
        using Tensor lower = Tensor.From([-1f, 10f, 0f]);
        using Tensor upper = Tensor.From([1f, 20f, 0f]);
        using Tensor one = StartPoints.Between(500, 7, lower, upper);
        using Tensor same = StartPoints.Between(500, 7, lower, upper);
        using Tensor other = StartPoints.Between(500, 8, lower, upper);
        Assert.Equal("float32(500, 3)", one.Describe());
        float[] values = one.ToArray<float>();
        Assert.Equal(values, same.ToArray<float>());
        Assert.NotEqual(values, other.ToArray<float>());
        for (int i = 0; i < 500; i++)
        {
            Assert.InRange(values[3 * i], -1, 1);
            Assert.InRange(values[3 * i + 1], 10, 20);
            Assert.Equal(0, values[3 * i + 2]);
        }

        Assert.InRange(Enumerable.Range(0, 500).Average(i => values[3 * i]), -0.1, 0.1);
        using Tensor centre = Tensor.From([0.0, 9.0]);
        using Tensor around = StartPoints.Around(300, 3, centre, 0.5);
        double[] near = around.ToArray<double>();
        Assert.All(Enumerable.Range(0, 300), i => Assert.True(Math.Abs(near[2 * i]) <= 0.5 && Math.Abs(near[2 * i + 1] - 9) <= 5));
        Assert.Contains(Enumerable.Range(0, 300), i => Math.Abs(near[2 * i + 1] - 9) > 4);
    }

    [Fact]
    public void MinimizeFromStarts_WrongArguments_AreNamed()
    {
        using Tensor vector = Tensor.From([1.0, 2.0]);
        using Tensor starts = Starts(2, 2, seed: 1);
        using Tensor integers = Tensor.From([1, 2]);
        Assert.Contains("[count, n]", Message(() => Lbfgs.MinimizeFromStarts(Himmelblau, vector)), StringComparison.Ordinal);
        Assert.Contains("distance", Message(() => Lbfgs.MinimizeFromStarts(Himmelblau, starts, distance: -1)), StringComparison.Ordinal);
        Assert.Contains("at least 1, received 0", Message(() => StartPoints.Between(0, 1, vector, vector)), StringComparison.Ordinal);
        Assert.Contains("upper bound", Message(() => StartPoints.Between(1, 1, vector, integers)), StringComparison.Ordinal);
        Assert.Contains("float32 or float64", Message(() => StartPoints.Around(1, 1, integers, 1)), StringComparison.Ordinal);
        Assert.Contains("spread", Message(() => StartPoints.Around(1, 1, vector, double.NaN)), StringComparison.Ordinal);

        static string Message(Func<IDisposable> run) => Assert.Throws<TfLbfgsException>(() => run().Dispose()).Message;
    }

    /// <summary>Rastrigin of one variable, stretched so that no first step leaves its valley.</summary>
    private sealed class Keeper : Objective
    {
        private int _calls;

        public Action<int>? Evaluated { get; init; }

        public double[] Adopted { get; private set; } = [];

        public override long Count => 1;

        public override DType DType => DType.Float64;

        public override Tensor InitialPosition() => Tensor.From([1.0]);

        public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
        {
            Evaluated?.Invoke(++_calls);
            (Tensor loss, Tensor gradient) = Rastrigin(position * 0.1);
            return (loss, gradient * 0.1);
        }

        public override void Adopt(Tensor position) => Adopted = position.ToArray<double>();
    }
}

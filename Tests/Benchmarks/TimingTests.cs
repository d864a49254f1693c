using System.Diagnostics;
using TfLbfgs.Benchmarks.Measuring;
using Xunit;

namespace TfLbfgs.Tests.Benchmarks;

public sealed class TimingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(129)]
    public void FewestIterations_OfFallingLoss_IsTheFirstAtTarget(int reached)
    {
        // The search starts at 8 and looks below it no further than to 5, as the peers' does.
        int expected = Math.Max(reached, 5);
        Assert.Equal(expected, Timing.FewestIterations(n => n >= reached ? 0.5 : 2, 0.5, 3200));
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(double.NaN)]
    public void FewestIterations_OfLossThatStaysAbove_IsNullPastTheMost(double loss)
    {
        int longest = 0;
        int? fewest = Timing.FewestIterations(
            n =>
            {
                longest = n;
                return loss;
            },
            1, 100);
        Assert.Null(fewest);
        Assert.Equal(64, longest);
    }

    [Fact]
    public void BestOf_OfShortCalls_RepeatsUntilTheyLastLongEnough()
    {
        int calls = 0;
        long start = Stopwatch.GetTimestamp();
        double best = Timing.BestOf(
            () =>
            {
                calls++;
                Thread.Sleep(20);
            },
            3);
        Assert.InRange(calls, 3, 25);
        // On a loaded machine a sleep of 20 ms may take longer; the best of three takes no more than a third of all.
        Assert.InRange(best, 0.015, Stopwatch.GetElapsedTime(start).TotalSeconds / 3);
    }
}

using TfLbfgs.Distribution;
using TfLbfgs.Optimization;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

/// <summary>Issue 19: time in workers, on the network and in the driver, from readings of clocks that do not agree.</summary>
public sealed class ShardTimesTests
{
    private static readonly string[] Devices = ["/job:worker/replica:0/task:0/device:CPU:0", "/job:worker/replica:0/task:1/device:CPU:0"];

    [Fact]
    public void Take_ClocksOfDifferentHosts_SeparatedByDifferencesOfOne()
    {
        ShardTimes times = new(Devices, new DistributedOptions());
        // Worker 1 is an hour ahead; position and gradients are on their way for 4 ms, and the sum takes 1 ms.
        EvaluationSeconds spent = times.Take([100.002, 100.007, 3700.001, 3700.004, 100, 100.009, 100.010]);
        Assert.Equal(0.005, spent.Workers, 1e-9);
        Assert.Equal(0.004, spent.Network, 1e-9);
        DistributionReport report = times.Report(1, 16);
        Assert.Equal([0.005, 0.003], report.Devices.Select(time => Math.Round(time.Seconds, 9)));
        Assert.Equal(0.010, report.EvaluationSeconds, 1e-9);
        Assert.Equal(0.005, report.OverheadSeconds, 1e-9);
        Assert.Equal(0.004, report.NetworkSeconds, 1e-9);
    }

    [Fact]
    public void Take_TwoPartsInOneProcess_CountFromTheFirstBeginToTheLastEnd()
    {
        ShardTimes times = new([Devices[0], Devices[0][..^1] + "1"], new DistributedOptions());
        EvaluationSeconds spent = times.Take([10.000, 10.002, 10.002, 10.005, 20, 20.006, 20.006]);
        Assert.Equal(0.005, spent.Workers, 1e-9);
        Assert.Equal(0.001, spent.Network, 1e-9);
    }

    [Theory]
    [InlineData(0.010, 1)]
    [InlineData(0.0018, 0)]
    public void Take_DeviceThatTakesLonger_IsReportedOnceWhereItMatters(double seconds, int expected)
    {
        List<string> reported = [];
        ShardTimes times = new(Devices, new DistributedOptions { Reported = reported.Add });
        for (int i = 0; i < 24; i++)
            times.Take([0, 0.001, 5, 5 + (i < 8 ? 0.001 : seconds), 0, 0.02, 0.02]);
        Assert.Equal(0, reported.Count(sentence => sentence.StartsWith("Part 0", StringComparison.Ordinal)));
        Assert.Equal(
            expected, reported.Count(sentence => sentence.StartsWith($"Part 1 on {Devices[1]} is slow", StringComparison.Ordinal)));
        Assert.Equal(expected == 1, times.Report(24, 0).Devices[1].IsSlow);
        // Where it is as quick as the others again, it is no longer slow.
        for (int i = 0; i < 64; i++)
            times.Take([0, 0.001, 5, 5.001, 0, 0.02, 0.02]);
        Assert.False(times.Report(88, 0).Devices[1].IsSlow);
    }
}

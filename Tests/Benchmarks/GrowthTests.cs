using TfLbfgs.Benchmarks.Growth;
using TfLbfgs.Optimization;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Benchmarks;

/// <summary>What the command <c>growth</c> counts; its times are for quiet machines.</summary>
public sealed class GrowthTests : LeakChecked
{
    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Compiled)]
    public void Measure_OneSize_CountsWhatAnIterationDoes(Execution execution)
    {
        GrowthRow row = GrowthMeasurement.Measure(3000, execution, repetitions: 1);
        Assert.Equal(50, row.Memory);
        int vectors = execution == Execution.Compiled ? (5 * 50) + 20 : (3 * 50) + 25;
        Assert.Equal(vectors * 3000.0 * 8, row.MovedBytes);
        Assert.InRange(row.Evaluations, 1, 5);
        Assert.True(row.EvaluationSeconds > 0);
        Assert.True(row.Reads <= row.Evaluations + 1, $"{row}");
        Assert.True(row.ReadBytes <= row.Reads * ((4 * 50) + 8) * 8, $"{row}");
        Assert.True(row.NativeCalls >= 0 && row.Uploads >= 0, $"{row}");
        // The difference of two runs, in each of which the runtime may allocate for itself: some kilobytes over 30 iterations.
        Assert.InRange(row.AllocatedBytes, -1000, 100_000);
        Assert.StartsWith($"| {execution} | 3000 | 50 |", row.Line(1e10), StringComparison.Ordinal);
        Assert.Equal(GrowthRow.Header.Split('\n')[0].Count(c => c == '|'), row.Line(1e10).Count(c => c == '|'));
    }

    [Fact]
    public void Bandwidth_OfTheMemory_IsAPositiveRate()
    {
        Assert.All([MemoryBandwidth.Sum(), MemoryBandwidth.Triad()], rate => Assert.True(double.IsFinite(rate) && rate > 0));
    }
}

using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Directions;

public sealed class MemoryTableTests : LeakChecked
{
    private const long Gibibyte = 1L << 30;

    [Theory]
    [InlineData(100, 1_000_000, 1, 2 * Gibibyte)]
    [InlineData(50, 1_000_000, 2, 2 * Gibibyte)]
    public void Require_PairsThatFit_Passes(int length, long count, int copies, long available) =>
        MemoryTable.Require(length, count, DType.Float64, copies, available);

    [Fact]
    public void Require_MorePairsThanTheMemoryHolds_SaysHowManyFit()
    {
        // (1 GiB / 8 MB - 16 vectors) / 2 = 59.1 pairs.
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => MemoryTable.Require(100, 1_000_000, DType.Float64, 1, Gibibyte));
        Assert.Contains("received 100 pairs of 1,000,000 float64 parameters", e.Message, StringComparison.Ordinal);
        Assert.Contains("Use at most 59 pairs.", e.Message, StringComparison.Ordinal);
        MemoryTable.Require(59, 1_000_000, DType.Float64, 1, Gibibyte);
        TfLbfgsException none = Assert.Throws<TfLbfgsException>(() => MemoryTable.Require(1, 100_000_000, DType.Float64, 1, Gibibyte));
        Assert.Contains("Not even one pair fits", none.Message, StringComparison.Ordinal);
    }
}

using System.Globalization;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>What one long run leaves behind.</summary>
public sealed class MemoryTests
{
    [Fact]
    public void Minimize_ManyPairs_TakesTwoVectorsForEach()
    {
        const int pairs = 60;
        // Some 40 are measured, much of it kept by the allocator; pairs that were copied at each read took 130 more.
        const int others = 80;
        if (MemoryProbe.Run("pairs") is not [var peak, var resident])
            throw new InvalidOperationException("expected two numbers");
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{pairs} pairs: peak {peak / 100.0:F1} vectors, resident at the end {resident / 100.0:F1}");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(resident <= 100 * (2 * pairs + others), line);
        Assert.True(peak <= 100 * (2 * pairs + others), line);
    }

    [Fact]
    public void Minimize_TenThousandEvaluations_TakesNoMoreMemoryThanOneThousand()
    {
        if (MemoryProbe.Run("evaluations") is not [var evaluations, var atOneThousand, var atTenThousand, var left])
            throw new InvalidOperationException("expected four numbers");
        double growth = (atTenThousand - atOneThousand) / (double)(1 << 20);
        string line = string.Create(CultureInfo.InvariantCulture,
            $"resident after 1,000 evaluations {atOneThousand >> 10:N0} KiB, after 10,000 {atTenThousand >> 10:N0} KiB: {growth:F2} MiB "
                + $"more; live handles left {left}");
        Console.WriteLine(line);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(evaluations >= 10_000, line);
        Assert.True(growth <= 4, line);
        Assert.Equal(0, left);
    }
}

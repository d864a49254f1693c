using System.Globalization;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>What one long run leaves behind.</summary>
public sealed class MemoryTests
{
    [Fact]
    public void Minimize_TenThousandEvaluations_TakesNoMoreMemoryThanOneThousand()
    {
        if (MemoryProbe.Run("evaluations") is not [var evaluations, var atOneThousand, var atTenThousand, var left])
            throw new InvalidOperationException("expected four numbers");
        double growth = (atTenThousand - atOneThousand) / (double)(1 << 20);
        string line = string.Create(CultureInfo.InvariantCulture,
            $"resident after 1,000 evaluations {atOneThousand >> 10:N0} KiB, after 10,000 {atTenThousand >> 10:N0} KiB: {growth:F2} MiB more; live handles left {left}");
        Console.WriteLine(line);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(evaluations >= 10_000, line);
        Assert.True(growth <= 4, line);
        Assert.Equal(0, left);
    }
}

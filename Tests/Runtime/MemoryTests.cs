using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Runtime;

/// <summary>
/// Resident memory of a process after many rounds of the same work. The second half of the rounds may add little to what the first half
/// left.
/// </summary>
public sealed class MemoryTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData("eager", 8)]
    [InlineData("strings", 8)]
    [InlineData("failed", 8)]
    [InlineData("functions", 12)]
    public void Rounds_OfTheSameWork_KeepResidentMemory(string what, int allowed)
    {
        long growth = MemoryProbe.Run(what)[0];
        Assert.True(growth <= allowed * MiB, $"resident memory grew by {growth / (double)MiB:F1} MiB");
    }

    [Fact]
    public void UndisposedLargeTensors_AreCollectedInTime()
    {
        // 4 GiB in all: without memory pressure the collector would see a few kilobytes and wait. How far it lags behind depends on the
        // load of the machine.
        long peak = MemoryProbe.Run("undisposed")[0];
        Assert.True(peak < 2048 * MiB, $"grew by {peak / MiB} MiB");
    }
}

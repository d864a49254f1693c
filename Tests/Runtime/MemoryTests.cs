using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Runtime;

/// <summary>Resident memory of the process after many rounds of the same work.</summary>
public sealed class MemoryTests : LeakChecked
{
    private const long MiB = 1 << 20;

    [Fact]
    public void EagerOps_HundredThousand_KeepResidentMemory()
    {
        using TensorScope open = new();
        using Tensor x = Tensor.From([1.0, 2.0, 3.0]);
        AssertFlat(50_000, 8 * MiB, () =>
        {
            using Tensor y = x * 2;
        });
    }

    [Fact]
    public void Strings_LongOnes_KeepResidentMemory()
    {
        string[] values = [new string('x', 10_000), "short", new string('y', 1000)];
        AssertFlat(5000, 8 * MiB, () =>
        {
            using Tensor strings = Tensor.FromStrings(values);
            using Tensor copy = RawOps.Identity(strings);
            Assert.Equal(3, copy.ToByteStrings().Length);
        });
    }

    [Fact]
    public void FailedOps_ManyOfThem_KeepResidentMemory()
    {
        using Tensor x = Tensor.From([1.0, 2.0, 3.0]);
        using Tensor y = Tensor.From([1.0, 2.0]);
        AssertFlat(3000, 8 * MiB, () => Assert.Throws<TfStatusException>(() => x + y));
    }

    [Fact]
    public void Functions_ThousandCreatedCalledDisposed_KeepResidentMemory()
    {
        using Tensor x = Tensor.From([1.0, 2.0, 3.0]);
        AssertFlat(500, 12 * MiB, () =>
        {
            using Function f = new(v => v * 2 + x);
            using Tensor y = f.Call(x)[0];
        });
    }

    [Fact]
    public void UndisposedLargeTensors_AreCollectedInTime()
    {
        // 4 GiB in all: without memory pressure the collector would see a few kilobytes and wait. How far it lags behind depends on the load of the machine.
        long peak = MemoryProbe.Run("undisposed")[0];
        Assert.True(peak < 2048 * MiB, $"grew by {peak / MiB} MiB");
    }

    /// <summary>The second half of the rounds may add so much at most to what the first half left.</summary>
    private static void AssertFlat(int rounds, long allowed, Action round)
    {
        long before = 0;
        for (int half = 0; half < 2; half++)
        {
            for (int i = 0; i < rounds; i++)
                round();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            long now = Environment.WorkingSet;
            if (half == 1)
                Assert.True(now - before <= allowed, $"resident memory grew by {(now - before) / 1024.0 / 1024.0:F1} MiB in {rounds} rounds");
            before = now;
        }
    }
}

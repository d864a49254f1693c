using System.Globalization;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization;

/// <summary>What one long run leaves behind.</summary>
public sealed class MemoryTests : LeakChecked
{
    [Fact]
    public void Minimize_TenThousandEvaluations_TakesNoMoreMemoryThanOneThousand()
    {
        // The chained Rosenbrock function of as many parameters as the network of two layers of 64 units: far from its minimum after 10,000 evaluations.
        long handles = LiveHandles.Snapshot().Values.Sum();
        MemoryObserver observer = new();
        using (Tensor start = Sequence(4417, i => i % 2 == 1 ? -1.2 : 1.0))
        using (LbfgsResult result = Lbfgs.Minimize(
            x => Sum(100 * Square(x[1..] - Square(x[..^1])) + Square(1 - x[..^1])),
            start,
            new LbfgsOptions { MaxEvaluations = 10_050, MaxIterations = 20_000, Progress = observer }))
        {
            Assert.True(result.Evaluations >= 10_000, result.ToString());
        }

        double growth = (observer.AtTenThousand - observer.AtOneThousand) / (double)(1 << 20);
        long left = LiveHandles.Snapshot().Values.Sum() - handles;
        string line = string.Create(CultureInfo.InvariantCulture,
            $"resident after 1,000 evaluations {observer.AtOneThousand >> 10:N0} KiB, after 10,000 {observer.AtTenThousand >> 10:N0} KiB: {growth:F2} MiB more; live handles left {left}");
        Console.WriteLine(line);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(growth <= 4, line);
        Assert.Equal(0, left);
    }

    private sealed class MemoryObserver : IProgress<LbfgsProgress>
    {
        public long AtOneThousand { get; private set; }

        public long AtTenThousand { get; private set; }

        public void Report(LbfgsProgress value)
        {
            if (value.Evaluations >= 1000 && AtOneThousand == 0)
                AtOneThousand = Resident();
            if (value.Evaluations >= 10_000 && AtTenThousand == 0)
                AtTenThousand = Resident();
        }

        private static long Resident()
        {
            // What the garbage collector would free is no leak.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            string pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
            return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
    }
}

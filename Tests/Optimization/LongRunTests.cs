using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

public sealed class LongRunTests : LeakChecked
{
    /// <summary>Minutes long, and alone in its process, whose memory it reads: explicit.</summary>
    [Fact(Explicit = true)]
    public void Minimize_AMillionEvaluations_HandlesAndMemoryStayFlat()
    {
        using Tensor zero = TestObjectives.Start();
        Random random = new(11);
        long evaluations = 0;
        using LbfgsMinimizer minimizer =
            new(new FunctionObjective(TestObjectives.Rosenbrock, zero), new LbfgsOptions { MaxIterations = 200 });
        Dictionary<long, (long Handles, long Resident, long Managed)> seen = [];
        Stopwatch clock = Stopwatch.StartNew();
        foreach (long mark in (long[])[10_000, 100_000, 300_000, 1_000_000])
        {
            while (evaluations < mark)
            {
                using Tensor start = Tensor.From([4 * random.NextDouble() - 2, 4 * random.NextDouble() - 2]);
                using LbfgsResult result = minimizer.Minimize(start);
                Assert.True(result.IsSuccess || result.Reason == StopReason.WorkingPrecision, result.ToString());
                evaluations += result.Evaluations;
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            seen[mark] = (LiveHandles.Total, Resident(), GC.GetTotalMemory(forceFullCollection: true));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{evaluations:N0} evaluations, {clock.Elapsed.TotalSeconds:F0} s: {seen[mark].Handles} handles, "
                    + $"{seen[mark].Resident / 1048576.0:F1} MiB resident, {seen[mark].Managed / 1024.0:F0} KiB managed"));
        }

        Assert.Equal(seen[100_000].Handles, seen[1_000_000].Handles);
        Assert.InRange(seen[1_000_000].Resident - seen[100_000].Resident, long.MinValue, 16 << 20);
        Assert.InRange(seen[1_000_000].Managed - seen[100_000].Managed, long.MinValue, 1 << 20);
    }

    private static long Resident()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

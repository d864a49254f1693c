using System.Globalization;
using TfLbfgs.Benchmarks.Solvers;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Measuring;

/// <summary>Measures one variant of our driver on one workload; meant to be the first thing that its process does.</summary>
internal static class RowMeasurement
{
    /// <summary>How many times a workload's iterations the search for the target goes.</summary>
    private const int MostTimesTheIterations = 16;

    private const int RawRepetitions = 20;

    /// <summary>Measures.</summary>
    public static BenchmarkRow Measure(Workload workload, Variant variant, MeasuringOptions options)
    {
        using OwnSolver solver = new(workload, variant);
        int iterations = options.Iterations ?? workload.Iterations;
        Outcome outcome = default;
        double first = Timing.Of(() => outcome = solver.Solve(iterations));
        double seconds = Timing.BestOf(() => solver.Solve(iterations), options.Repetitions);
        (double nativeCalls, double allocatedBytes) = CountPerIteration(solver, iterations);
        using Tensor start = solver.Start();
        solver.Raw(start);
        double raw = Timing.BestOf(() => solver.Raw(start), RawRepetitions);
        int? fewest = options.WithTarget
            ? Timing.FewestIterations(n => solver.Solve(n).Loss, workload.Target, MostTimesTheIterations * workload.Iterations) : null;
        double? toTarget = fewest is { } n ? Timing.BestOf(() => solver.Solve(n), options.Repetitions) : null;
        return new BenchmarkRow
        {
            Workload = workload.Name,
            Solver = variant.Name,
            Flatten = "split",
            Seconds = Math.Round(seconds, 6),
            FirstSeconds = Math.Round(first, 4),
            Evaluations = outcome.Evaluations,
            Iterations = outcome.Iterations,
            Loss = double.IsFinite(outcome.Loss) ? outcome.Loss : null,
            RawUs = Math.Round(raw * 1e6, 1),
            Overhead = Math.Round(seconds / (outcome.Evaluations * raw), 2),
            Target = workload.Target,
            IterationsToTarget = fewest,
            SecondsToTarget = toTarget is { } t ? Math.Round(t, 6) : null,
            PeakMib = PeakMemory(),
            Reads = outcome.Reads,
            NativeCalls = nativeCalls,
            AllocatedBytes = allocatedBytes,
        };
    }

    /// <summary>Native calls and allocated bytes of one minimization, per iteration.</summary>
    private static (double NativeCalls, double AllocatedBytes) CountPerIteration(OwnSolver solver, int iterations)
    {
        NativeCounters before = NativeCounters.Now;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double accepted = Math.Max(1, solver.Solve(iterations).Iterations);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        NativeCounters counted = NativeCounters.Now.Since(before);
        return (Math.Round((counted.Operations + counted.FunctionCalls) / accepted, 2), Math.Round(allocated / accepted));
    }

    /// <summary>The peak resident memory in MiB, as the kernel counts it.</summary>
    private static long? PeakMemory()
    {
        const string field = "VmHWM:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(field, StringComparison.Ordinal));
        return line is null
            ? null : long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}

using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Distribution;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Placement;

/// <summary>What a GPU must show: every vector on it, one small read an evaluation, the results of the CPU, and its times.</summary>
internal static class PlacementCheck
{
    private const int ComparedIterations = 10;

    /// <summary>Runs and prints.</summary>
    /// <param name="limit">The most time.</param>
    /// <returns>Whether all that was checked holds.</returns>
    public static bool Run(TimeSpan limit)
    {
        Stopwatch watch = Stopwatch.StartNew();
        TfRuntime.Initialize(new RuntimeOptions { CpuDevices = 2 });
        string[] gpus = [.. TfRuntime.Devices.Where(device => device.Kind == "GPU").Select(device => device.Name)];
        bool isGpu = gpus.Length > 0;
        string[] devices = isGpu ? gpus : [.. TfRuntime.Devices.Select(device => device.Name)];
        string device = isGpu ? gpus[0] : devices[1];
        Console.WriteLine($"TensorFlow {TfRuntime.Version}; devices: {string.Join(", ", TfRuntime.Devices.Select(d => d.Name))}");
        Console.WriteLine(isGpu ? $"Run on {device}." : "not run on a GPU: there is none. The figures are those of the second virtual "
            + $"CPU device, {device}.");
        Console.WriteLine();
        Console.WriteLine("| workload | vectors elsewhere | silent copies | reads / evaluation | bytes / read | loss against the CPU | "
            + "gradient against the CPU | ms / evaluation | CPU ms / evaluation | result |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        bool holds = true;
        for (int i = 0; i < Workload.All.Count; i++)
        {
            if (watch.Elapsed >= limit)
            {
                Console.WriteLine($"| {Workload.All[i].Name} | not run: the time is over | | | | | | | | |");
                holds = false;
                continue;
            }

            // What is left, divided among what is left and the part on several devices.
            TimeSpan share = (limit - watch.Elapsed) / (Workload.All.Count - i + 1) / 2;
            holds &= Check(Workload.All[i], device, share);
        }

        Console.WriteLine();
        if (watch.Elapsed < limit)
            Spread(devices, isGpu);
        else
            Console.WriteLine("Several devices: not run: the time is over.");
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(holds ? "All that was checked holds" : "Something does not hold")}; {watch.Elapsed.TotalSeconds:F0} "
            + $"s{(isGpu ? "" : "; not run on a GPU")}."));
        return holds;
    }

    private static bool Check(Workload workload, string device, TimeSpan share)
    {
        PlacementRun there = PlacementRun.Of(workload, device, ComparedIterations, share);
        PlacementRun here = PlacementRun.Of(workload, TfRuntime.Devices[0].Name, ComparedIterations, share);
        double loss = Math.Abs(there.Loss - here.Loss) / Math.Max(Math.Abs(here.Loss), double.Epsilon);
        double scale = here.StartGradient.Max(Math.Abs);
        double gradient = here.StartGradient.Zip(there.StartGradient).Max(pair => Math.Abs(pair.First - pair.Second)) / scale;
        // Two devices round differently; a wrong kernel is wrong by orders of magnitude.
        double tolerance = there.IsFloat32 ? 1e-3 : 1e-9;
        bool holds = there.Elsewhere == 0 && there.Copies is null && there.Reads <= 1.0 + 1e-9 + (1.0 / there.Evaluations)
            && gradient <= tolerance;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.Name} | {there.Elsewhere} of {there.Vectors} | {there.Copies ?? "none"} | {there.Reads:F2} | "
                + $"{there.BytesPerRead:F0} | {loss:E1} | {gradient:E1} | {there.MillisecondsPerEvaluation:F3} | "
                + $"{here.MillisecondsPerEvaluation:F3} | {(holds ? "holds" : "DOES NOT HOLD")} |"));
        return holds;
    }

    /// <summary>Rows of one network over all devices.</summary>
    private static void Spread(string[] devices, bool isGpu)
    {
        using TensorScope scope = new();
        using TapeObjective objective = new MlpWorkload().CreateObjective();
        Console.WriteLine("| devices | ms / evaluation | above the slowest, us |");
        Console.WriteLine("|---|---|---|");
        for (int count = 1; count <= devices.Length; count++)
        {
            using IDisposable home = Device.Use(devices[0]);
            using DistributedObjective distributed = new(objective, DistributionStrategy.Over(devices[..count]), null);
            Lbfgs.Minimize(distributed, new LbfgsOptions { MaxIterations = 30, GradientTolerance = 0 }).Dispose();
            DistributionReport report = distributed.Report();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {count} {(isGpu ? "GPU" : "virtual CPU")} | {report.EvaluationSeconds * 1e3:F3} | {report.OverheadSeconds * 1e6:F0} "
                + $"|"));
        }
    }
}

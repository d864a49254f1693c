using System.Globalization;
using System.Runtime.CompilerServices;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Probe;

/// <summary>Measures the memory of this process and prints it, in bytes.</summary>
internal static class Memory
{
    private const int Parameters = 4417;

    /// <summary>Prints resident bytes after 1,000 and after 10,000 evaluations of one run, and the native handles that are left after it.</summary>
    public static void OfEvaluations()
    {
        // The chained Rosenbrock function of as many parameters as the network of two layers of 64 units: far from its minimum after 10,000 evaluations.
        long handles = LiveHandles.Snapshot().Values.Sum();
        long[] limits = [1000, 10_000];
        List<long> resident = [];
        LbfgsOptions options = new()
        {
            MaxEvaluations = 10_050,
            MaxIterations = 20_000,
            Callback = progress =>
            {
                if (resident.Count < limits.Length && progress.Evaluations >= limits[resident.Count])
                    resident.Add(Resident());
                return LbfgsAction.Continue;
            },
        };
        long evaluations;
        using (Tensor start = Tensor.From([.. Enumerable.Range(0, Parameters).Select(i => i % 2 == 1 ? -1.2 : 1.0)]))
        using (LbfgsResult result = Lbfgs.Minimize(Chained, start, options))
            evaluations = result.Evaluations;
        Print([evaluations, .. resident, LiveHandles.Snapshot().Values.Sum() - handles]);
    }

    /// <summary>Prints the most resident bytes while 4 GiB of tensors are made that nobody disposes.</summary>
    public static void OfUndisposedTensors()
    {
        double[] values = new double[1 << 18];
        Leak(values);
        long before = Environment.WorkingSet;
        long peak = 0;
        for (int i = 0; i < 2000; i++)
        {
            Leak(values);
            peak = Math.Max(peak, Environment.WorkingSet - before);
        }

        Print([peak]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leak(double[] values) => _ = Tensor.From(values);

    private static Tensor Chained(Tensor x)
    {
        Tensor a = x[TensorIndex.Slice(0, -1)];
        Tensor b = x[TensorIndex.Slice(1, null)];
        return Tf.ReduceSum(100.0 * Tf.Square(b - Tf.Square(a)) + Tf.Square(1.0 - a));
    }

    private static long Resident()
    {
        // What the garbage collector would free, or keeps for itself, is no leak.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    private static void Print(IEnumerable<long> numbers) => Console.WriteLine(string.Join(' ', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))));
}

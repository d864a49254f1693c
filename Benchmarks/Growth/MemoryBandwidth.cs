using System.Numerics;
using System.Runtime.InteropServices;
using TfLbfgs.Benchmarks.Measuring;

namespace TfLbfgs.Benchmarks.Growth;

/// <summary>
/// The bandwidth of the machine's memory, by loops over arrays that no cache holds, on all processors: what bounds an iteration of a large
/// problem.
/// </summary>
internal static class MemoryBandwidth
{
    private const int Elements = 1 << 25;
    private const int Repetitions = 5;

    /// <summary>Bytes per second of a sum: one array read.</summary>
    public static double Sum()
    {
        double[] a = Filled(1);
        return Rate(sizeof(double), (from, to) =>
        {
            ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(a.AsSpan(from, to - from));
            // Four sums, or the latency of the addition is what is measured.
            Vector<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int i = 0; i + 3 < vectors.Length; i += 4)
            {
                s0 += vectors[i];
                s1 += vectors[i + 1];
                s2 += vectors[i + 2];
                s3 += vectors[i + 3];
            }

            GC.KeepAlive(Vector.Sum(s0 + s1 + s2 + s3));
        });
    }

    /// <summary>Bytes per second of a triad, a = b + 3 c: two arrays read and one written.</summary>
    public static double Triad()
    {
        double[] a = Filled(0), b = Filled(1), c = Filled(2);
        Vector<double> factor = new(3);
        return Rate(3 * sizeof(double), (from, to) =>
        {
            Span<Vector<double>> target = MemoryMarshal.Cast<double, Vector<double>>(a.AsSpan(from, to - from));
            ReadOnlySpan<Vector<double>> first = MemoryMarshal.Cast<double, Vector<double>>(b.AsSpan(from, to - from));
            ReadOnlySpan<Vector<double>> second = MemoryMarshal.Cast<double, Vector<double>>(c.AsSpan(from, to - from));
            for (int i = 0; i < target.Length; i++)
                target[i] = first[i] + (factor * second[i]);
        });
    }

    private static double Rate(int bytesPerElement, Action<int, int> part)
    {
        int parts = Environment.ProcessorCount;
        void Pass() =>
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts },
            i => part((int)((long)Elements * i / parts), (int)((long)Elements * (i + 1) / parts)));
        Pass();
        return (double)bytesPerElement * Elements / Timing.BestOf(Pass, Repetitions);
    }

    private static double[] Filled(double value)
    {
        double[] array = GC.AllocateUninitializedArray<double>(Elements);
        Array.Fill(array, value);
        return array;
    }
}

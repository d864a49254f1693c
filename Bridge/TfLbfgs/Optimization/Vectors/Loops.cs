using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>The inner loops over vectors in the memory of the process, for a range of elements; sums in float64.</summary>
/// <typeparam name="T">The dtype.</typeparam>
internal static unsafe class Loops<T> where T : ILanes
{
    private const int Width = 4;

    /// <summary>u.v</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(void* u, void* v, long from, long to)
    {
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
        long i = from;
        for (; i <= to - 4 * Width; i += 4 * Width)
        {
            s0 = Vector256.FusedMultiplyAdd(T.Load(u, i), T.Load(v, i), s0);
            s1 = Vector256.FusedMultiplyAdd(T.Load(u, i + Width), T.Load(v, i + Width), s1);
            s2 = Vector256.FusedMultiplyAdd(T.Load(u, i + 2 * Width), T.Load(v, i + 2 * Width), s2);
            s3 = Vector256.FusedMultiplyAdd(T.Load(u, i + 3 * Width), T.Load(v, i + 3 * Width), s3);
        }

        double sum = Vector256.Sum(s0 + s1 + (s2 + s3));
        for (; i < to; i++)
            sum = Math.FusedMultiplyAdd(T.Get(u, i), T.Get(v, i), sum);
        return sum;
    }

    /// <summary>row.u and row.v, with the row read once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double U, double V) Dots(void* row, void* u, void* v, long from, long to)
    {
        Vector256<double> u0 = default, u1 = default, v0 = default, v1 = default;
        long i = from;
        for (; i <= to - 2 * Width; i += 2 * Width)
        {
            Vector256<double> a = T.Load(row, i), b = T.Load(row, i + Width);
            u0 = Vector256.FusedMultiplyAdd(a, T.Load(u, i), u0);
            u1 = Vector256.FusedMultiplyAdd(b, T.Load(u, i + Width), u1);
            v0 = Vector256.FusedMultiplyAdd(a, T.Load(v, i), v0);
            v1 = Vector256.FusedMultiplyAdd(b, T.Load(v, i + Width), v1);
        }

        double du = Vector256.Sum(u0 + u1), dv = Vector256.Sum(v0 + v1);
        for (; i < to; i++)
        {
            du = Math.FusedMultiplyAdd(T.Get(row, i), T.Get(u, i), du);
            dv = Math.FusedMultiplyAdd(T.Get(row, i), T.Get(v, i), dv);
        }

        return (du, dv);
    }

    /// <summary>Adds rows with coefficients: sum += c_k row_k, over a range of which the sum holds the elements from 0 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(double* sum, void* matrix, long length, ReadOnlySpan<double> coefficients, long from, long to)
    {
        int k = 0;
        for (; k <= coefficients.Length - 4; k += 4)
        {
            void* r0 = T.Row(matrix, k, length), r1 = T.Row(matrix, k + 1, length);
            void* r2 = T.Row(matrix, k + 2, length), r3 = T.Row(matrix, k + 3, length);
            double c0 = coefficients[k], c1 = coefficients[k + 1], c2 = coefficients[k + 2], c3 = coefficients[k + 3];
            Vector256<double> w0 = Vector256.Create(c0), w1 = Vector256.Create(c1), w2 = Vector256.Create(c2), w3 = Vector256.Create(c3);
            long i = from;
            for (; i <= to - Width; i += Width)
            {
                Vector256<double> a = Vector256.FusedMultiplyAdd(T.Load(r0, i), w0, Vector256.Load(sum + (i - from)));
                Vector256<double> b = Vector256.FusedMultiplyAdd(T.Load(r2, i), w2, T.Load(r3, i) * w3);
                (Vector256.FusedMultiplyAdd(T.Load(r1, i), w1, a) + b).Store(sum + (i - from));
            }

            for (; i < to; i++)
                sum[i - from] += T.Get(r0, i) * c0 + T.Get(r1, i) * c1 + (T.Get(r2, i) * c2 + T.Get(r3, i) * c3);
        }

        for (; k < coefficients.Length; k++)
            Add(sum, T.Row(matrix, k, length), coefficients[k], from, to);
    }

    /// <summary>Copies a range into numbers of float64, from their element 0 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(void* vector, double* numbers, long from, long to)
    {
        long i = from;
        for (; i <= to - Width; i += Width)
            T.Load(vector, i).Store(numbers + (i - from));
        for (; i < to; i++)
            numbers[i - from] = T.Get(vector, i);
    }

    /// <summary>Copies numbers of float64 into a range, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(double* numbers, void* vector, long from, long to)
    {
        long i = from;
        for (; i <= to - Width; i += Width)
            T.Store(vector, i, Vector256.Load(numbers + (i - from)));
        for (; i < to; i++)
            T.Set(vector, i, numbers[i - from]);
    }

    /// <summary>The largest of four numbers; NaN where one is.</summary>
    public static double Largest(Vector256<double> values) =>
        Math.Max(Math.Max(values[0], values[1]), Math.Max(values[2], values[3]));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(double* sum, void* row, double coefficient, long from, long to)
    {
        Vector256<double> w = Vector256.Create(coefficient);
        long i = from;
        for (; i <= to - Width; i += Width)
            Vector256.FusedMultiplyAdd(T.Load(row, i), w, Vector256.Load(sum + (i - from))).Store(sum + (i - from));
        for (; i < to; i++)
            sum[i - from] = Math.FusedMultiplyAdd(T.Get(row, i), coefficient, sum[i - from]);
    }
}

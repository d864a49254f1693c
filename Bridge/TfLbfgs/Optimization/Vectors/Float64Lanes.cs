using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TfLbfgs.Optimization;

/// <summary>Vectors of float64.</summary>
internal readonly unsafe struct Float64Lanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(void* vector, long index) => Vector256.Load((double*)vector + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* vector, long index, Vector256<double> values) => values.Store((double*)vector + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Get(void* vector, long index) => ((double*)vector)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(void* vector, long index, double value) => ((double*)vector)[index] = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void* Row(void* matrix, long row, long length) => (double*)matrix + row * length;
}

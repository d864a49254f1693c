using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TfLbfgs.Optimization;

/// <summary>Vectors of float32.</summary>
internal readonly unsafe struct Float32Lanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(void* vector, long index)
    {
        Vector128<float> values = Vector128.Load((float*)vector + index);
        return Avx.IsSupported
            ? Avx.ConvertToVector256Double(values)
            : Vector256.Create(Vector128.WidenLower(values), Vector128.WidenUpper(values));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* vector, long index, Vector256<double> values)
    {
        Vector128<float> rounded = Avx.IsSupported
            ? Avx.ConvertToVector128Single(values)
            : Vector128.Narrow(values.GetLower(), values.GetUpper());
        rounded.Store((float*)vector + index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Get(void* vector, long index) => ((float*)vector)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(void* vector, long index, double value) => ((float*)vector)[index] = (float)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void* Row(void* matrix, long row, long length) => (float*)matrix + row * length;
}

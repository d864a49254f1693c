using System.Numerics;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>Which C# type stands for which <see cref="DType"/>.</summary>
internal static class ElementType
{
    /// <summary>The dtype of a C# element type.</summary>
    /// <exception cref="TfLbfgsException">No dtype has that element type.</exception>
    public static DType Of<T>() where T : unmanaged => Map<T>.DType != DType.Invalid
        ? Map<T>.DType
        : throw new TfLbfgsException($"No dtype holds elements of type {typeof(T)}. Expected float, double, Half, BFloat16, an integer "
            + "of 8 to 64 bits, bool, Complex64 or Complex.");

    /// <summary>Whether elements of the C# type can be read from a tensor of the dtype without conversion.</summary>
    public static bool Matches<T>(DType dtype) where T : unmanaged => Map<T>.DType == dtype || dtype switch
    {
        DType.QInt8 or DType.Int4 or DType.Int2 => typeof(T) == typeof(sbyte),
        DType.QUInt8 or DType.UInt4 or DType.UInt2 => typeof(T) == typeof(byte),
        DType.QInt16 => typeof(T) == typeof(short),
        DType.QUInt16 => typeof(T) == typeof(ushort),
        DType.QInt32 => typeof(T) == typeof(int),
        >= DType.Float8E5M2 and <= DType.Float8E5M2FNUZ => typeof(T) == typeof(byte),
        _ => false,
    };

    private static class Map<T> where T : unmanaged
    {
        public static readonly DType DType = Find();

        private static DType Find()
        {
            Type type = typeof(T);
            return type == typeof(float) ? DType.Float32
                : type == typeof(double) ? DType.Float64
                : type == typeof(int) ? DType.Int32
                : type == typeof(long) ? DType.Int64
                : type == typeof(bool) ? DType.Bool
                : type == typeof(byte) ? DType.UInt8
                : type == typeof(sbyte) ? DType.Int8
                : type == typeof(short) ? DType.Int16
                : type == typeof(ushort) ? DType.UInt16
                : type == typeof(uint) ? DType.UInt32
                : type == typeof(ulong) ? DType.UInt64
                : type == typeof(Half) ? DType.Float16
                : type == typeof(BFloat16) ? DType.BFloat16
                : type == typeof(Complex) ? DType.Complex128
                : type == typeof(Complex64) ? DType.Complex64
                : DType.Invalid;
        }
    }
}

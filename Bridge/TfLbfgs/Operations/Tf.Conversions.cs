using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs;

/// <content>Conversions between dtypes, and tensors passed on.</content>
public static partial class Tf
{
    /// <summary>Converts to another dtype. Python: <c>tf.cast</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dtype">The dtype of the result.</param>
    /// <returns>The converted tensor.</returns>
    public static Tensor Cast(Tensor x, DType dtype) => RawOps.Cast(x, dtype);

    /// <summary>The tensor itself, as a result of its own. Python: <c>tf.identity</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The same values.</returns>
    public static Tensor Identity(Tensor x) => RawOps.Identity(x);

    /// <summary>The tensor itself, through which no gradient passes. Python: <c>tf.stop_gradient</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The same values.</returns>
    public static Tensor StopGradient(Tensor x) => RawOps.StopGradient(x);

    /// <summary>
    /// Converts to another dtype, with values beyond its range set to the nearest bound. Python: <c>tf.saturate_cast</c>.
    /// </summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dtype">The dtype of the result.</param>
    /// <returns>The converted tensor.</returns>
    public static Tensor SaturateCast(Tensor x, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Scoped(() =>
        {
            Tensor real = x.DType.IsComplex && !dtype.IsComplex ? Math.Real(x) : x;
            if (real.DType.IsComplex)
                return RawOps.Cast(Complex(SaturateCast(Math.Real(x), dtype.RealPart), SaturateCast(Math.Imag(x), dtype.RealPart)), dtype);
            (double sourceLow, double sourceHigh) = RangeOf(real.DType);
            (double low, double high) = RangeOf(dtype);
            if (sourceLow < low)
                real = Maximum(real, Inside(low, real.DType, up: true));
            if (sourceHigh > high)
                real = Minimum(real, Inside(high, real.DType, up: false));
            return RawOps.Cast(real, dtype);
        });
    }

    /// <summary>The same bytes, read as another dtype. Python: <c>tf.bitcast</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="dtype">The dtype of the result; where its elements are larger, the last dimension disappears, where they are smaller,
    /// one is added.</param>
    /// <returns>The result.</returns>
    public static Tensor Bitcast(Tensor x, DType dtype) => RawOps.Bitcast(x, dtype);

    /// <summary>A complex tensor of its parts. Python: <c>tf.complex</c>.</summary>
    /// <param name="real">The real part, float32 or float64.</param>
    /// <param name="imaginary">The imaginary part, of the same dtype; the two broadcast.</param>
    /// <returns>The tensor, complex64 or complex128.</returns>
    public static Tensor Complex(Tensor real, Tensor imaginary)
    {
        ArgumentNullException.ThrowIfNull(real);
        return RawOps.Complex(real, imaginary, real.DType == DType.Float64 ? DType.Complex128 : DType.Complex64);
    }

    /// <summary>The tensor of an array or number, or the value of a variable. Python: <c>tf.convert_to_tensor</c>.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="value">The number.</param>
    /// <returns>The tensor, shape [].</returns>
    public static Tensor ConvertToTensor<T>(T value) where T : unmanaged => Tensor.Scalar(value);

    /// <inheritdoc cref="ConvertToTensor{T}(T)"/>
    /// <param name="values">The elements.</param>
    public static Tensor ConvertToTensor<T>(T[] values) where T : unmanaged => Tensor.From(values);

    /// <inheritdoc cref="ConvertToTensor{T}(T)"/>
    /// <param name="values">The elements.</param>
    public static Tensor ConvertToTensor<T>(T[,] values) where T : unmanaged => Tensor.From(values);

    /// <summary>The value of a variable. Python: <c>tf.convert_to_tensor</c>.</summary>
    /// <param name="variable">The variable.</param>
    /// <returns>The value.</returns>
    public static Tensor ConvertToTensor(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable.Value;
    }

    /// <summary>Each element as text. Python: <c>tf.as_string</c>.</summary>
    /// <param name="x">The tensor, of numbers or truth values.</param>
    /// <param name="precision">The digits behind the point; default those that the dtype needs.</param>
    /// <param name="scientific">Whether in scientific notation.</param>
    /// <param name="shortest">Whether in the shorter one of both notations.</param>
    /// <param name="width">The least number of characters.</param>
    /// <param name="fill">What stands in front of shorter ones; default a space.</param>
    /// <returns>The texts, of the tensor's shape.</returns>
    public static Tensor AsString(Tensor x, int precision = -1, bool scientific = false, bool shortest = false, int width = -1,
        string fill = "") =>
        RawOps.AsString(x, precision, scientific, shortest, width, fill);

    /// <summary>The tensor itself, whose shape is checked and refined. Python: <c>tf.ensure_shape</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="shape">The shape that it must have; -1: any size.</param>
    /// <returns>The same values.</returns>
    public static Tensor EnsureShape(Tensor x, Shape shape) => RawOps.EnsureShape(x, shape);

    /// <summary>Several tensors themselves, as results of their own. Python: <c>tf.identity_n</c>.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <returns>The same values.</returns>
    public static Tensor[] IdentityN(params IReadOnlyList<Tensor> tensors) => RawOps.IdentityN(tensors);

    /// <summary>Several tensors, none of which is given before all are computed. Python: <c>tf.tuple</c>.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <returns>The same values.</returns>
    public static Tensor[] Tuple(params IReadOnlyList<Tensor> tensors) => RawOps.IdentityN(tensors);

    private static (double Low, double High) RangeOf(DType dtype) => dtype switch
    {
        DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DType.UInt8 => (byte.MinValue, byte.MaxValue),
        DType.Int16 => (short.MinValue, short.MaxValue),
        DType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        DType.Int32 => (int.MinValue, int.MaxValue),
        DType.UInt32 => (uint.MinValue, uint.MaxValue),
        DType.Int64 => (long.MinValue, long.MaxValue),
        DType.UInt64 => (ulong.MinValue, ulong.MaxValue),
        DType.Float16 => (-65504, 65504),
        DType.BFloat16 => (-3.3895313892515355e38, 3.3895313892515355e38),
        DType.Float32 or DType.Complex64 => (float.MinValue, float.MaxValue),
        DType.Float64 or DType.Complex128 => (double.MinValue, double.MaxValue),
        DType.Bool => (0, 1),
        _ => throw new TfLbfgsException($"Tf.SaturateCast: expected dtypes of numbers, received {dtype.PythonName}."),
    };

    /// <summary>The bound itself, or the nearest number within it that the dtype can hold.</summary>
    private static double Inside(double bound, DType dtype, bool up) => dtype switch
    {
        DType.Float32 when (double)(float)bound is var near =>
            up ? near < bound
            ? System.MathF.BitIncrement((float)bound) : near : near > bound ? System.MathF.BitDecrement((float)bound) : near,
        DType.Float16 when (double)(Half)bound is var near =>
            up ? near < bound
            ? (double)Half.BitIncrement((Half)bound) : near : near > bound ? (double)Half.BitDecrement((Half)bound) : near,
        // 2^63 - 1 and 2^64 - 1 are no float64.
        DType.Float64 when !up && bound >= 9.2233720368547758e18 && bound < 1e20 => System.Math.BitDecrement(bound),
        // A 64-bit bound is rounded up as a double; the integers that are compared with it are not.
        _ => bound,
    };
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace TfLbfgs.Tensors;

/// <summary>A complex number of two float32. Python: <c>tf.complex64</c>.</summary>
/// <param name="Real">The real part.</param>
/// <param name="Imaginary">The imaginary part.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Complex64(float Real, float Imaginary)
{
    /// <summary>Widens to two float64, exactly.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Complex(Complex64 value) => new(value.Real, value.Imaginary);

    /// <summary>Rounds both parts to float32.</summary>
    /// <param name="value">The value.</param>
    public static explicit operator Complex64(Complex value) => new((float)value.Real, (float)value.Imaginary);
}

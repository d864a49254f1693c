using System.Globalization;

namespace TfLbfgs.Tensors;

/// <summary>Brain floating point, 16 bits: the upper half of a float32, rounded to nearest even. Python: <c>tf.bfloat16</c>.</summary>
/// <param name="Bits">The bit pattern.</param>
public readonly record struct BFloat16(ushort Bits)
{
    /// <summary>Rounds a float32 to the nearest BFloat16, ties to even; NaN stays NaN.</summary>
    /// <param name="value">The value.</param>
    public static explicit operator BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return new BFloat16((ushort)((bits >> 16) | 0x40));
        return new BFloat16((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>Widens to float32, exactly.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString(CultureInfo.InvariantCulture);
}

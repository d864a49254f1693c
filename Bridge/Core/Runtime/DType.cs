namespace TfLbfgs.Runtime;

/// <summary>
/// The element type of a tensor. The values are those of the C API's <c>TF_DataType</c>. Python: <c>tf.DType</c>.
/// </summary>
public enum DType
{
    /// <summary>No type: an attribute that is left to inference.</summary>
    Invalid = 0,

    /// <summary>IEEE 754 single precision. C#: <see cref="float"/>.</summary>
    Float32 = 1,

    /// <summary>IEEE 754 double precision. C#: <see cref="double"/>.</summary>
    Float64 = 2,

    /// <summary>Signed 32-bit integer. C#: <see cref="int"/>.</summary>
    Int32 = 3,

    /// <summary>Unsigned 8-bit integer. C#: <see cref="byte"/>.</summary>
    UInt8 = 4,

    /// <summary>Signed 16-bit integer. C#: <see cref="short"/>.</summary>
    Int16 = 5,

    /// <summary>Signed 8-bit integer. C#: <see cref="sbyte"/>.</summary>
    Int8 = 6,

    /// <summary>Byte string of any length. C#: <see cref="string"/> (UTF-8) or <c>byte[]</c>.</summary>
    String = 7,

    /// <summary>Two float32: real and imaginary part. C#: <c>Complex64</c>.</summary>
    Complex64 = 8,

    /// <summary>Signed 64-bit integer. C#: <see cref="long"/>.</summary>
    Int64 = 9,

    /// <summary>One byte, 0 or 1. C#: <see cref="bool"/>.</summary>
    Bool = 10,

    /// <summary>Quantized signed 8-bit integer.</summary>
    QInt8 = 11,

    /// <summary>Quantized unsigned 8-bit integer.</summary>
    QUInt8 = 12,

    /// <summary>Quantized signed 32-bit integer.</summary>
    QInt32 = 13,

    /// <summary>Brain floating point: the upper half of a float32. C#: <c>BFloat16</c>.</summary>
    BFloat16 = 14,

    /// <summary>Quantized signed 16-bit integer.</summary>
    QInt16 = 15,

    /// <summary>Quantized unsigned 16-bit integer.</summary>
    QUInt16 = 16,

    /// <summary>Unsigned 16-bit integer. C#: <see cref="ushort"/>.</summary>
    UInt16 = 17,

    /// <summary>Two float64: real and imaginary part. C#: <see cref="System.Numerics.Complex"/>.</summary>
    Complex128 = 18,

    /// <summary>IEEE 754 half precision. C#: <see cref="Half"/>.</summary>
    Float16 = 19,

    /// <summary>A handle to a resource, such as a variable.</summary>
    Resource = 20,

    /// <summary>A value of a type of its own, such as a tensor list.</summary>
    Variant = 21,

    /// <summary>Unsigned 32-bit integer. C#: <see cref="uint"/>.</summary>
    UInt32 = 22,

    /// <summary>Unsigned 64-bit integer. C#: <see cref="ulong"/>.</summary>
    UInt64 = 23,

    /// <summary>8-bit floating point, 5 exponent bits.</summary>
    Float8E5M2 = 24,

    /// <summary>8-bit floating point, 4 exponent bits, finite.</summary>
    Float8E4M3FN = 25,

    /// <summary>8-bit floating point, 4 exponent bits, finite, unsigned zero.</summary>
    Float8E4M3FNUZ = 26,

    /// <summary>8-bit floating point, 4 exponent bits, finite, bias 11, unsigned zero.</summary>
    Float8E4M3B11FNUZ = 27,

    /// <summary>8-bit floating point, 5 exponent bits, finite, unsigned zero.</summary>
    Float8E5M2FNUZ = 28,

    /// <summary>Signed 4-bit integer, one a byte.</summary>
    Int4 = 29,

    /// <summary>Unsigned 4-bit integer, one a byte.</summary>
    UInt4 = 30,

    /// <summary>Signed 2-bit integer, one a byte.</summary>
    Int2 = 31,

    /// <summary>Unsigned 2-bit integer, one a byte.</summary>
    UInt2 = 32,
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Functions of each element that Python has in <c>tf</c> itself; the others stand in <see cref="Math"/> and <see cref="NN"/>. For
/// arithmetic write operators.</content>
public static partial class Tf
{
    /// <summary>Absolute value, real also for complex numbers. Python: <c>tf.abs</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Abs(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Modulus(x);
    }

    /// <summary>Negation. Python: <c>tf.negative</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Negative(Tensor x) => RawOps.Neg(x);

    /// <summary>-1, 0 or 1 by the sign. Python: <c>tf.sign</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Sign(Tensor x) => RawOps.Sign(x);

    /// <summary>x². Python: <c>tf.square</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Square(Tensor x) => RawOps.Square(x);

    /// <summary>Square root. Python: <c>tf.sqrt</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Sqrt(Tensor x) => RawOps.Sqrt(x);

    /// <summary>Exponential. Python: <c>tf.exp</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Exp(Tensor x) => RawOps.Exp(x);

    /// <summary>Sine. Python: <c>tf.sin</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Sin(Tensor x) => RawOps.Sin(x);

    /// <summary>Cosine. Python: <c>tf.cos</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Cos(Tensor x) => RawOps.Cos(x);

    /// <summary>Tangent. Python: <c>tf.tan</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Tan(Tensor x) => RawOps.Tan(x);

    /// <summary>Inverse sine. Python: <c>tf.asin</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Asin(Tensor x) => RawOps.Asin(x);

    /// <summary>Inverse cosine. Python: <c>tf.acos</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Acos(Tensor x) => RawOps.Acos(x);

    /// <summary>Inverse tangent. Python: <c>tf.atan</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Atan(Tensor x) => RawOps.Atan(x);

    /// <summary>Hyperbolic sine. Python: <c>tf.sinh</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Sinh(Tensor x) => RawOps.Sinh(x);

    /// <summary>Hyperbolic cosine. Python: <c>tf.cosh</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Cosh(Tensor x) => RawOps.Cosh(x);

    /// <summary>Hyperbolic tangent. Python: <c>tf.tanh</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Tanh(Tensor x) => RawOps.Tanh(x);

    /// <summary>Inverse hyperbolic sine. Python: <c>tf.asinh</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Asinh(Tensor x) => RawOps.Asinh(x);

    /// <summary>Inverse hyperbolic cosine. Python: <c>tf.acosh</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Acosh(Tensor x) => RawOps.Acosh(x);

    /// <summary>Inverse hyperbolic tangent. Python: <c>tf.atanh</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Atanh(Tensor x) => RawOps.Atanh(x);

    /// <summary>1 / (1 + e⁻ˣ). Python: <c>tf.sigmoid</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Sigmoid(Tensor x) => RawOps.Sigmoid(x);

    /// <summary>The next integer below. Python: <c>tf.floor</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Floor(Tensor x) => RawOps.Floor(x);

    /// <summary>The nearest integer, halves to even. Python: <c>tf.round</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Round(Tensor x) => RawOps.Round(x);

    /// <summary>Negation of truth values. Python: <c>tf.logical_not</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor LogicalNot(Tensor x) => RawOps.LogicalNot(x);

    /// <summary>Sum. Python: <c>tf.add</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Add(Tensor x, Tensor y) => RawOps.AddV2(x, y);

    /// <summary>Difference. Python: <c>tf.subtract</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Subtract(Tensor x, Tensor y) => RawOps.Sub(x, y);

    /// <summary>Product. Python: <c>tf.multiply</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Multiply(Tensor x, Tensor y) => RawOps.Mul(x, y);

    /// <summary>Quotient, of integers as floating-point numbers. Python: <c>tf.divide</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape: float32 for integers of 8 and 16 bits, float64 for larger ones.</returns>
    public static Tensor Divide(Tensor x, Tensor y) => TrueDiv(x, y);

    /// <summary>The larger one. Python: <c>tf.maximum</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Maximum(Tensor x, Tensor y) => RawOps.Maximum(x, y);

    /// <summary>The smaller one. Python: <c>tf.minimum</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Minimum(Tensor x, Tensor y) => RawOps.Minimum(x, y);

    /// <summary>xʸ. Python: <c>tf.pow</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Pow(Tensor x, Tensor y) => RawOps.Pow(x, y);

    /// <summary>Whether equal. Python: <c>tf.equal</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Equal(Tensor x, Tensor y) => RawOps.Equal(x, y);

    /// <summary>Whether different. Python: <c>tf.not_equal</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor NotEqual(Tensor x, Tensor y) => RawOps.NotEqual(x, y);

    /// <summary>Whether x &lt; y. Python: <c>tf.less</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Less(Tensor x, Tensor y) => RawOps.Less(x, y);

    /// <summary>Whether x ≤ y. Python: <c>tf.less_equal</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor LessEqual(Tensor x, Tensor y) => RawOps.LessEqual(x, y);

    /// <summary>Whether x &gt; y. Python: <c>tf.greater</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor Greater(Tensor x, Tensor y) => RawOps.Greater(x, y);

    /// <summary>Whether x ≥ y. Python: <c>tf.greater_equal</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor GreaterEqual(Tensor x, Tensor y) => RawOps.GreaterEqual(x, y);

    /// <summary>Whether both truth values hold. Python: <c>tf.logical_and</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor LogicalAnd(Tensor x, Tensor y) => RawOps.LogicalAnd(x, y);

    /// <summary>At least one of two truth values. Python: <c>tf.logical_or</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor LogicalOr(Tensor x, Tensor y) => RawOps.LogicalOr(x, y);

    /// <summary>The power with a constant exponent. Python: <c>tf.pow</c>.</summary>
    /// <param name="x">The base.</param>
    /// <param name="exponent">The exponent, which takes the dtype of the base.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Pow(Tensor x, double exponent) => Scoped(() => RawOps.Pow(x, Tensor.Scalar(exponent, x.DType)));

    /// <summary>The larger one of each element and a number. Python: <c>tf.maximum</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="y">The number, which takes the dtype of the tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Maximum(Tensor x, double y) => Scoped(() => RawOps.Maximum(x, Tensor.Scalar(y, x.DType)));

    /// <summary>The smaller one of each element and a number. Python: <c>tf.minimum</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="y">The number, which takes the dtype of the tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Minimum(Tensor x, double y) => Scoped(() => RawOps.Minimum(x, Tensor.Scalar(y, x.DType)));

    /// <summary>Each element, no smaller than one number and no larger than another. Python: <c>tf.clip_by_value</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="minimum">The lower bound.</param>
    /// <param name="maximum">The upper bound.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor ClipByValue(Tensor x, double minimum, double maximum) =>
        Scoped(() => RawOps.ClipByValue(x, Tensor.Scalar(minimum, x.DType), Tensor.Scalar(maximum, x.DType)));

    /// <summary>Natural logarithm. Python: <c>tf.math.log</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Log(Tensor x) => RawOps.Log(x);

    /// <inheritdoc cref="Math.Log1p"/>
    public static Tensor Log1p(Tensor x) => RawOps.Log1p(x);

    /// <inheritdoc cref="Math.Expm1"/>
    public static Tensor Expm1(Tensor x) => RawOps.Expm1(x);

    /// <inheritdoc cref="Math.Real"/>
    public static Tensor Real(Tensor x) => Math.Real(x);

    /// <inheritdoc cref="Math.Imag"/>
    public static Tensor Imag(Tensor x) => Math.Imag(x);

    /// <inheritdoc cref="Math.Conj"/>
    public static Tensor Conj(Tensor x) => Math.Conj(x);

    /// <inheritdoc cref="Math.Atan2"/>
    public static Tensor Atan2(Tensor y, Tensor x) => RawOps.Atan2(y, x);

    /// <inheritdoc cref="Pow(Tensor, Tensor)"/>
    public static Tensor Power(Tensor x, Tensor y) => Pow(x, y);

    /// <inheritdoc cref="Pow(Tensor, double)"/>
    public static Tensor Power(Tensor x, double exponent) => Pow(x, exponent);

    /// <summary>Quotient, of integers as floating-point numbers. Python: <c>tf.truediv</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape: float32 for integers of 8 and 16 bits, float64 for larger ones.</returns>
    public static Tensor TrueDiv(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.DType.IsDifferentiable)
            return RawOps.RealDiv(x, y);
        DType wide = x.DType is DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16 ? DType.Float32 : DType.Float64;
        return x.DType == y.DType
            ? Scoped(() => RawOps.RealDiv(RawOps.Cast(x, wide), RawOps.Cast(y, wide)))
            : throw new TfLbfgsException($"Expected two tensors of one dtype, received {x.Describe()} and {y.Describe()}. Tensors never "
                + "promote silently: cast one with Tf.Cast.");
    }

    /// <summary>Quotient of real or complex numbers. Python: <c>tf.realdiv</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor RealDiv(Tensor x, Tensor y) => RawOps.RealDiv(x, y);

    /// <summary>The quotient, rounded towards zero. Python: <c>tf.truncatediv</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor TruncateDiv(Tensor x, Tensor y) => RawOps.TruncateDiv(x, y);

    /// <summary>The remainder of <see cref="TruncateDiv"/>, which has the sign of x. Python: <c>tf.truncatemod</c>.</summary>
    /// <param name="x">One operand.</param>
    /// <param name="y">The other, of the same dtype; the two broadcast.</param>
    /// <returns>The result, of the broadcast shape.</returns>
    public static Tensor TruncateMod(Tensor x, Tensor y) => RawOps.TruncateMod(x, y);

    /// <summary>The product with a number. Python: <c>tf.scalar_mul</c>.</summary>
    /// <param name="scalar">The number, which takes the dtype of the tensor.</param>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor ScalarMul(double scalar, Tensor x) => x * scalar;

    /// <summary>The product with a scalar. Python: <c>tf.scalar_mul</c>.</summary>
    /// <param name="scalar">The scalar, of the dtype of the tensor.</param>
    /// <param name="x">The tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor ScalarMul(Tensor scalar, Tensor x) => RawOps.Mul(scalar, x);

    /// <summary>The sum with a number. Python: <c>tf.add</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="y">The number, which takes the dtype of the tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Add(Tensor x, double y) => x + y;

    /// <summary>The difference to a number. Python: <c>tf.subtract</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="y">The number, which takes the dtype of the tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Subtract(Tensor x, double y) => x - y;

    /// <summary>The product with a number. Python: <c>tf.multiply</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="y">The number, which takes the dtype of the tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Multiply(Tensor x, double y) => x * y;

    /// <summary>The quotient by a number. Python: <c>tf.divide</c>.</summary>
    /// <param name="x">The tensor, floating-point or complex.</param>
    /// <param name="y">The number, which takes the dtype of the tensor.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor Divide(Tensor x, double y) => x / y;
}

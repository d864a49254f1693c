using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Complex numbers; real tensors are taken for complex ones without an imaginary part.</content>
    public static partial class Math
    {
        /// <summary>The real part. Python: <c>tf.math.real</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The part, float32 for complex64, float64 for complex128; a real tensor as it is.</returns>
        public static Tensor Real(Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            return x.DType.IsComplex ? RawOps.Real(x, RealOf(x.DType)) : RawOps.Identity(x);
        }

        /// <summary>The imaginary part. Python: <c>tf.math.imag</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The part, float32 for complex64, float64 for complex128; zeros for a real tensor.</returns>
        public static Tensor Imag(Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            return x.DType.IsComplex ? RawOps.Imag(x, RealOf(x.DType)) : RawOps.ZerosLike(x);
        }

        /// <summary>Complex conjugate. Python: <c>tf.math.conj</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape and dtype; a real tensor as it is.</returns>
        public static Tensor Conj(Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            return x.DType.IsComplex ? RawOps.Conj(x) : RawOps.Identity(x);
        }

        /// <summary>The angle of a complex number, from -π to π. Python: <c>tf.math.angle</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The angle, float32 for complex64, float64 for complex128; 0 or π for a real number.</returns>
        public static Tensor Angle(Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            return x.DType.IsComplex
                ? RawOps.Angle(x, RealOf(x.DType))
                : Scoped(() =>
                    RawOps.SelectV2(x < 0, RawOps.Mul(RawOps.OnesLike(x), Tensor.Scalar(System.Math.PI, x.DType)), RawOps.ZerosLike(x)));
        }
    }
}

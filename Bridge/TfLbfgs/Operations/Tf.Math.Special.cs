using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Special functions and further functions of each element.</content>
    public static partial class Math
    {
        /// <summary>Modified Bessel function of the first kind, order 0. Python: <c>tf.math.bessel_i0</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor BesselI0(Tensor x) => RawOps.BesselI0(x);

        /// <summary>e^-|x| I0(x). Python: <c>tf.math.bessel_i0e</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor BesselI0e(Tensor x) => RawOps.BesselI0e(x);

        /// <summary>Modified Bessel function of the first kind, order 1. Python: <c>tf.math.bessel_i1</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor BesselI1(Tensor x) => RawOps.BesselI1(x);

        /// <summary>e^-|x| I1(x). Python: <c>tf.math.bessel_i1e</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor BesselI1e(Tensor x) => RawOps.BesselI1e(x);

        /// <summary>Inverse of the complementary error function. Python: <c>tf.math.erfcinv</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Erfcinv(Tensor x) => Scoped(() => RawOps.Ndtri(x * 0.5) * -System.Math.Sqrt(0.5));

        /// <summary>The logarithm of the sigmoid, without overflow. Python: <c>tf.math.log_sigmoid</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor LogSigmoid(Tensor x) => Scoped(() => RawOps.Neg(RawOps.Softplus(RawOps.Neg(x))));

        /// <summary>1 / x, 0 where x is 0. Python: <c>tf.math.reciprocal_no_nan</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor ReciprocalNoNan(Tensor x) => Scoped(() => RawOps.DivNoNan(RawOps.OnesLike(x), x));

        /// <summary>x / (1 + |x|). Python: <c>tf.math.softsign</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Softsign(Tensor x) => RawOps.Softsign(x);

        /// <summary>The permutation that undoes another. Python: <c>tf.math.invert_permutation</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The permutation, of the shape of the vector.</returns>
        public static Tensor InvertPermutation(Tensor x) => RawOps.InvertPermutation(x);

        /// <summary>The logarithm of the beta function of the elements along the last dimension. Python: <c>tf.math.lbeta</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The logarithms, without the last dimension.</returns>
        public static Tensor Lbeta(Tensor x) => Scoped(() => Tf.ReduceSum(RawOps.Lgamma(x), -1) - RawOps.Lgamma(Tf.ReduceSum(x, -1)));

        /// <summary>
        /// Whether no element is smaller than the one before it, in row-major order. Python: <c>tf.math.is_non_decreasing</c>.
        /// </summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The truth value, shape [].</returns>
        public static Tensor IsNonDecreasing(Tensor x) =>
            Scoped(() => RawOps.All(RawOps.GreaterEqual(Later(x), Earlier(x)), Tensor.Scalar(0)));

        /// <summary>
        /// Whether each element is larger than the one before it, in row-major order. Python: <c>tf.math.is_strictly_increasing</c>.
        /// </summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The truth value, shape [].</returns>
        public static Tensor IsStrictlyIncreasing(Tensor x) =>
            Scoped(() => RawOps.All(RawOps.Greater(Later(x), Earlier(x)), Tensor.Scalar(0)));

        /// <summary>The lower regularized incomplete gamma function P(a, x). Python: <c>tf.math.igamma</c>.</summary>
        /// <param name="a">The parameter.</param>
        /// <param name="x">The bound, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor Igamma(Tensor a, Tensor x) => RawOps.Igamma(a, x);

        /// <summary>The upper regularized incomplete gamma function Q(a, x). Python: <c>tf.math.igammac</c>.</summary>
        /// <param name="a">The parameter.</param>
        /// <param name="x">The bound, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor Igammac(Tensor a, Tensor x) => RawOps.Igammac(a, x);

        /// <summary>The Hurwitz zeta function ζ(x, q). Python: <c>tf.math.zeta</c>.</summary>
        /// <param name="x">The exponent.</param>
        /// <param name="q">The offset, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor Zeta(Tensor x, Tensor q) => RawOps.Zeta(x, q);

        /// <summary>The next representable number from one towards another. Python: <c>tf.math.nextafter</c>.</summary>
        /// <param name="x">The number.</param>
        /// <param name="y">The direction, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor NextAfter(Tensor x, Tensor y) => RawOps.NextAfter(x, y);

        /// <summary>Whether exactly one of two truth values holds. Python: <c>tf.math.logical_xor</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor LogicalXor(Tensor x, Tensor y) => RawOps.NotEqual(x, y);

        /// <summary>The remainder of the quotient rounded down, which has the sign of y. Python: <c>tf.math.mod</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor Mod(Tensor x, Tensor y) => RawOps.FloorMod(x, y);

        /// <summary>The regularized incomplete beta function I(x; a, b). Python: <c>tf.math.betainc</c>.</summary>
        /// <param name="a">The first parameter.</param>
        /// <param name="b">The second parameter.</param>
        /// <param name="x">The bound, from 0 to 1; all of one dtype and shape.</param>
        /// <returns>The result.</returns>
        public static Tensor Betainc(Tensor a, Tensor b, Tensor x) => RawOps.Betainc(a, b, x);

        /// <summary>A polynomial by its coefficients. Python: <c>tf.math.polyval</c>.</summary>
        /// <param name="coefficients">The coefficients, the highest power first, which broadcast; none: 0.</param>
        /// <param name="x">Where it is evaluated.</param>
        /// <returns>The values.</returns>
        public static Tensor Polyval(IReadOnlyList<Tensor> coefficients, Tensor x)
        {
            ArgumentNullException.ThrowIfNull(coefficients);
            if (coefficients.Count == 0)
                return RawOps.ZerosLike(x);
            return Scoped(() =>
            {
                Tensor value = coefficients.Count == 1 ? RawOps.Identity(coefficients[0]) : coefficients[0];
                for (int i = 1; i < coefficients.Count; i++)
                    value = coefficients[i] + value * x;
                return value;
            });
        }

        /// <summary>Points of the Sobol sequence, which fill a cube evenly. Python: <c>tf.math.sobol_sample</c>.</summary>
        /// <param name="dimensions">The dimension of the cube.</param>
        /// <param name="count">How many points.</param>
        /// <param name="skip">How many points are passed over.</param>
        /// <param name="dtype">Float32, the default, or Float64.</param>
        /// <returns>The points, shape [count, dimensions].</returns>
        public static Tensor SobolSample(int dimensions, int count, int skip = 0, Runtime.DType dtype = Runtime.DType.Float32) =>
            Scoped(() => RawOps.SobolSample(Tensor.Scalar(dimensions), Tensor.Scalar(count), Tensor.Scalar(skip), dtype));

        /// <inheritdoc cref="NN.Softmax"/>
        public static Tensor Softmax(Tensor x, int axis = -1) => NN.Softmax(x, axis);

        /// <inheritdoc cref="NN.LogSoftmax"/>
        public static Tensor LogSoftmax(Tensor x, int axis = -1) => NN.LogSoftmax(x, axis);

        /// <inheritdoc cref="Tf.ScalarMul(double, Tensor)"/>
        public static Tensor ScalarMul(double scalar, Tensor x) => Tf.ScalarMul(scalar, x);

        /// <inheritdoc cref="Tf.ScalarMul(Tensor, Tensor)"/>
        public static Tensor ScalarMul(Tensor scalar, Tensor x) => Tf.ScalarMul(scalar, x);

        private static Tensor Earlier(Tensor x) => Reshape(x, [-1])[..^1];

        private static Tensor Later(Tensor x) => Reshape(x, [-1])[1..];

        /// <summary>Functions of mathematical physics. Python: <c>tf.math.special</c>.</summary>
        public static class Special
        {
            /// <summary>Modified Bessel function of the first kind, order 0. Python: <c>tf.math.special.bessel_i0</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselI0(Tensor x) => RawOps.BesselI0(x);

            /// <summary>e^-|x| I0(x). Python: <c>tf.math.special.bessel_i0e</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselI0e(Tensor x) => RawOps.BesselI0e(x);

            /// <summary>Modified Bessel function of the first kind, order 1. Python: <c>tf.math.special.bessel_i1</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselI1(Tensor x) => RawOps.BesselI1(x);

            /// <summary>e^-|x| I1(x). Python: <c>tf.math.special.bessel_i1e</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselI1e(Tensor x) => RawOps.BesselI1e(x);

            /// <summary>Bessel function of the first kind, order 0. Python: <c>tf.math.special.bessel_j0</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselJ0(Tensor x) => RawOps.BesselJ0(x);

            /// <summary>Bessel function of the first kind, order 1. Python: <c>tf.math.special.bessel_j1</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselJ1(Tensor x) => RawOps.BesselJ1(x);

            /// <summary>Modified Bessel function of the second kind, order 0. Python: <c>tf.math.special.bessel_k0</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselK0(Tensor x) => RawOps.BesselK0(x);

            /// <summary>eˣ K0(x). Python: <c>tf.math.special.bessel_k0e</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselK0e(Tensor x) => RawOps.BesselK0e(x);

            /// <summary>Modified Bessel function of the second kind, order 1. Python: <c>tf.math.special.bessel_k1</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselK1(Tensor x) => RawOps.BesselK1(x);

            /// <summary>eˣ K1(x). Python: <c>tf.math.special.bessel_k1e</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselK1e(Tensor x) => RawOps.BesselK1e(x);

            /// <summary>Bessel function of the second kind, order 0. Python: <c>tf.math.special.bessel_y0</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselY0(Tensor x) => RawOps.BesselY0(x);

            /// <summary>Bessel function of the second kind, order 1. Python: <c>tf.math.special.bessel_y1</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor BesselY1(Tensor x) => RawOps.BesselY1(x);

            /// <summary>Dawson's integral. Python: <c>tf.math.special.dawsn</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor Dawsn(Tensor x) => RawOps.Dawsn(x);

            /// <summary>The exponential integral Ei(x). Python: <c>tf.math.special.expint</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor Expint(Tensor x) => RawOps.Expint(x);

            /// <summary>The Fresnel integral of the cosine. Python: <c>tf.math.special.fresnel_cos</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor FresnelCos(Tensor x) => RawOps.FresnelCos(x);

            /// <summary>The Fresnel integral of the sine. Python: <c>tf.math.special.fresnel_sin</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor FresnelSin(Tensor x) => RawOps.FresnelSin(x);

            /// <summary>Spence's integral, the dilogarithm of 1 - x. Python: <c>tf.math.special.spence</c>.</summary>
            /// <param name="x">The tensor.</param>
            /// <returns>The result, of the tensor's shape.</returns>
            public static Tensor Spence(Tensor x) => RawOps.Spence(x);
        }
    }
}

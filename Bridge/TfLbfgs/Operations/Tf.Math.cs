using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>Functions of each element. Python: <c>tf.math</c>.</summary>
    public static partial class Math
    {
        /// <summary>Natural logarithm. Python: <c>tf.math.log</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Log(Tensor x) => RawOps.Log(x);

        /// <summary>log(1 + x), exact for small x. Python: <c>tf.math.log1p</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Log1p(Tensor x) => RawOps.Log1p(x);

        /// <summary>eˣ - 1, exact for small x. Python: <c>tf.math.expm1</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Expm1(Tensor x) => RawOps.Expm1(x);

        /// <summary>1 / x. Python: <c>tf.math.reciprocal</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Reciprocal(Tensor x) => RawOps.Reciprocal(x);

        /// <summary>1 / √x. Python: <c>tf.math.rsqrt</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Rsqrt(Tensor x) => RawOps.Rsqrt(x);

        /// <summary>The next integer above. Python: <c>tf.math.ceil</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Ceil(Tensor x) => RawOps.Ceil(x);

        /// <summary>The nearest integer, halves to even. Python: <c>tf.math.rint</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Rint(Tensor x) => RawOps.Rint(x);

        /// <summary>Error function. Python: <c>tf.math.erf</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Erf(Tensor x) => RawOps.Erf(x);

        /// <summary>1 - erf(x). Python: <c>tf.math.erfc</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Erfc(Tensor x) => RawOps.Erfc(x);

        /// <summary>Inverse of the error function. Python: <c>tf.math.erfinv</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Erfinv(Tensor x) => RawOps.Erfinv(x);

        /// <summary>Inverse of the normal distribution. Python: <c>tf.math.ndtri</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Ndtri(Tensor x) => RawOps.Ndtri(x);

        /// <summary>Logarithm of the gamma function. Python: <c>tf.math.lgamma</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Lgamma(Tensor x) => RawOps.Lgamma(x);

        /// <summary>Derivative of lgamma. Python: <c>tf.math.digamma</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Digamma(Tensor x) => RawOps.Digamma(x);

        /// <summary>log(1 + eˣ). Python: <c>tf.math.softplus</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Softplus(Tensor x) => RawOps.Softplus(x);

        /// <summary>Whether not a number. Python: <c>tf.math.is_nan</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor IsNan(Tensor x) => RawOps.IsNan(x);

        /// <summary>Whether infinite. Python: <c>tf.math.is_inf</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor IsInf(Tensor x) => RawOps.IsInf(x);

        /// <summary>Whether neither infinite nor not a number. Python: <c>tf.math.is_finite</c>.</summary>
        /// <param name="x">The tensor.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor IsFinite(Tensor x) => RawOps.IsFinite(x);

        /// <summary>x log(y), 0 where x is 0. Python: <c>tf.math.xlogy</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor Xlogy(Tensor x, Tensor y) => RawOps.Xlogy(x, y);

        /// <summary>x / y, 0 where x is 0. Python: <c>tf.math.xdivy</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor Xdivy(Tensor x, Tensor y) => RawOps.Xdivy(x, y);

        /// <summary>x log(1 + y), 0 where x is 0. Python: <c>tf.math.xlog1py</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor Xlog1py(Tensor x, Tensor y) => RawOps.Xlog1py(x, y);

        /// <summary>The angle of a point of the plane. Python: <c>tf.math.atan2</c>.</summary>
        /// <param name="y">The ordinate.</param>
        /// <param name="x">The abscissa, of the same dtype; the two broadcast.</param>
        /// <returns>The angle, from -π to π.</returns>
        public static Tensor Atan2(Tensor y, Tensor x) => RawOps.Atan2(y, x);

        /// <summary>(x - y)². Python: <c>tf.math.squared_difference</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor SquaredDifference(Tensor x, Tensor y) => RawOps.SquaredDifference(x, y);

        /// <summary>x / y, 0 where y is 0. Python: <c>tf.math.divide_no_nan</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor DivideNoNan(Tensor x, Tensor y) => RawOps.DivNoNan(x, y);

        /// <summary>x y, 0 where y is 0, also for infinite x. Python: <c>tf.math.multiply_no_nan</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor MultiplyNoNan(Tensor x, Tensor y) => RawOps.MulNoNan(x, y);

        /// <summary>The quotient, rounded down. Python: <c>tf.math.floordiv</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor FloorDiv(Tensor x, Tensor y) => RawOps.FloorDiv(x, y);

        /// <summary>The remainder of FloorDiv. Python: <c>tf.math.floormod</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor FloorMod(Tensor x, Tensor y) => RawOps.FloorMod(x, y);

        /// <summary>Derivative of order x of digamma at y. Python: <c>tf.math.polygamma</c>.</summary>
        /// <param name="x">One operand.</param>
        /// <param name="y">The other, of the same dtype; the two broadcast.</param>
        /// <returns>The result, of the broadcast shape.</returns>
        public static Tensor Polygamma(Tensor x, Tensor y) => RawOps.Polygamma(x, y);
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Functions of matrices.</content>
    public static partial class Linalg
    {
        // Beyond a norm of 2^30 times the bound no digit of the result would be right.
        private const int MostSquarings = 30;

        /// <summary>The matrix whose square is a given one. Python: <c>tf.linalg.sqrtm</c>.</summary>
        /// <param name="matrix">The matrix, invertible, shape [..., n, n].</param>
        /// <returns>The principal root.</returns>
        public static Tensor Sqrtm(Tensor matrix) => RawOps.MatrixSquareRoot(matrix);

        /// <summary>The matrix whose exponential is a given one. Python: <c>tf.linalg.logm</c>.</summary>
        /// <param name="matrix">The matrix, invertible, complex, shape [..., n, n].</param>
        /// <returns>The principal logarithm.</returns>
        public static Tensor Logm(Tensor matrix) => RawOps.MatrixLogarithm(matrix);

        /// <summary>
        /// The exponential of matrices, by a Padé approximant with scaling and squaring (Higham 2005). Python: <c>tf.linalg.expm</c>.
        /// </summary>
        /// <param name="matrix">The matrix, floating-point or complex, shape [..., n, n].</param>
        /// <returns>The exponential.</returns>
        public static Tensor Expm(Tensor matrix)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            if (!matrix.DType.IsDifferentiable || matrix.Rank < 2)
                throw new TfLbfgsException($"Tf.Linalg.Expm: expected floating-point or complex matrices, received {matrix.Describe()}.");
            bool isDouble = RealOf(matrix.DType) == DType.Float64;
            double bound = isDouble ? 5.371920351148152 : 3.925724783138660;
            double[] coefficients = isDouble
                ? [64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800,
                    33522128640, 1323241920, 40840800, 960960, 16380, 182, 1]
                : [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1];
            return Scoped(() =>
            {
                Tensor norm = ReduceMax(ReduceSum(Modulus(RawOps.StopGradient(matrix)), -2, keepDims: true), -1, keepDims: true);
                Tensor squarings = ClipByValue(RawOps.Ceil(RawOps.Log(norm / bound) / System.Math.Log(2)), 0, MostSquarings);
                Tensor scaled = matrix / Cast(RawOps.Pow(Tensor.Scalar(2, norm.DType), squarings), matrix.DType);
                (Tensor odd, Tensor even) = Pade(scaled, coefficients);
                Tensor result = RawOps.MatrixSolve(even - odd, even + odd);
                // Eagerly as many as needed, in a graph as many as may be needed; each matrix takes its own number.
                int most = squarings.IsSymbolic ? MostSquarings : (int)ReduceMax(squarings).ToDouble();
                for (int i = 0; i < most; i++)
                    result = RawOps.SelectV2(squarings > i, Tf.MatMul(result, result), result);
                return result;
            });
        }

        /// <summary>The odd and the even part of the numerator; the denominator is their difference.</summary>
        private static (Tensor Odd, Tensor Even) Pade(Tensor x, double[] coefficients)
        {
            Tensor identity = RawOps.MatrixSetDiag(RawOps.ZerosLike(x), RawOps.OnesLike(RawOps.MatrixDiagPart(x)));
            Tensor square = Tf.MatMul(x, x);
            (Tensor odd, Tensor even, Tensor power) = (identity * coefficients[1], identity * coefficients[0], identity);
            for (int i = 2; i < coefficients.Length; i += 2)
            {
                power = i == 2 ? square : Tf.MatMul(power, square);
                even += power * coefficients[i];
                if (i + 1 < coefficients.Length)
                    odd += power * coefficients[i + 1];
            }

            return (Tf.MatMul(x, odd), even);
        }
    }
}

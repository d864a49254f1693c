using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>The functions that Python has both in <c>tf</c> and in <c>tf.math</c>.</content>
    public static partial class Math
    {
        /// <inheritdoc cref="Tf.Abs(Tensor)"/>
        public static Tensor Abs(Tensor x) => Tf.Abs(x);

        /// <inheritdoc cref="Tf.Acos(Tensor)"/>
        public static Tensor Acos(Tensor x) => Tf.Acos(x);

        /// <inheritdoc cref="Tf.Acosh(Tensor)"/>
        public static Tensor Acosh(Tensor x) => Tf.Acosh(x);

        /// <inheritdoc cref="Tf.Asin(Tensor)"/>
        public static Tensor Asin(Tensor x) => Tf.Asin(x);

        /// <inheritdoc cref="Tf.Asinh(Tensor)"/>
        public static Tensor Asinh(Tensor x) => Tf.Asinh(x);

        /// <inheritdoc cref="Tf.Atan(Tensor)"/>
        public static Tensor Atan(Tensor x) => Tf.Atan(x);

        /// <inheritdoc cref="Tf.Atanh(Tensor)"/>
        public static Tensor Atanh(Tensor x) => Tf.Atanh(x);

        /// <inheritdoc cref="Tf.Cos(Tensor)"/>
        public static Tensor Cos(Tensor x) => Tf.Cos(x);

        /// <inheritdoc cref="Tf.Cosh(Tensor)"/>
        public static Tensor Cosh(Tensor x) => Tf.Cosh(x);

        /// <inheritdoc cref="Tf.Exp(Tensor)"/>
        public static Tensor Exp(Tensor x) => Tf.Exp(x);

        /// <inheritdoc cref="Tf.Floor(Tensor)"/>
        public static Tensor Floor(Tensor x) => Tf.Floor(x);

        /// <inheritdoc cref="Tf.LogicalNot(Tensor)"/>
        public static Tensor LogicalNot(Tensor x) => Tf.LogicalNot(x);

        /// <inheritdoc cref="Tf.Negative(Tensor)"/>
        public static Tensor Negative(Tensor x) => Tf.Negative(x);

        /// <inheritdoc cref="Tf.Round(Tensor)"/>
        public static Tensor Round(Tensor x) => Tf.Round(x);

        /// <inheritdoc cref="Tf.Sigmoid(Tensor)"/>
        public static Tensor Sigmoid(Tensor x) => Tf.Sigmoid(x);

        /// <inheritdoc cref="Tf.Sign(Tensor)"/>
        public static Tensor Sign(Tensor x) => Tf.Sign(x);

        /// <inheritdoc cref="Tf.Sin(Tensor)"/>
        public static Tensor Sin(Tensor x) => Tf.Sin(x);

        /// <inheritdoc cref="Tf.Sinh(Tensor)"/>
        public static Tensor Sinh(Tensor x) => Tf.Sinh(x);

        /// <inheritdoc cref="Tf.Sqrt(Tensor)"/>
        public static Tensor Sqrt(Tensor x) => Tf.Sqrt(x);

        /// <inheritdoc cref="Tf.Square(Tensor)"/>
        public static Tensor Square(Tensor x) => Tf.Square(x);

        /// <inheritdoc cref="Tf.Tan(Tensor)"/>
        public static Tensor Tan(Tensor x) => Tf.Tan(x);

        /// <inheritdoc cref="Tf.Tanh(Tensor)"/>
        public static Tensor Tanh(Tensor x) => Tf.Tanh(x);

        /// <inheritdoc cref="Tf.Add(Tensor, Tensor)"/>
        public static Tensor Add(Tensor x, Tensor y) => Tf.Add(x, y);

        /// <inheritdoc cref="Tf.Subtract(Tensor, Tensor)"/>
        public static Tensor Subtract(Tensor x, Tensor y) => Tf.Subtract(x, y);

        /// <inheritdoc cref="Tf.Multiply(Tensor, Tensor)"/>
        public static Tensor Multiply(Tensor x, Tensor y) => Tf.Multiply(x, y);

        /// <inheritdoc cref="Tf.Divide(Tensor, Tensor)"/>
        public static Tensor Divide(Tensor x, Tensor y) => Tf.Divide(x, y);

        /// <inheritdoc cref="Tf.TrueDiv(Tensor, Tensor)"/>
        public static Tensor TrueDiv(Tensor x, Tensor y) => Tf.TrueDiv(x, y);

        /// <inheritdoc cref="Tf.Maximum(Tensor, Tensor)"/>
        public static Tensor Maximum(Tensor x, Tensor y) => Tf.Maximum(x, y);

        /// <inheritdoc cref="Tf.Minimum(Tensor, Tensor)"/>
        public static Tensor Minimum(Tensor x, Tensor y) => Tf.Minimum(x, y);

        /// <inheritdoc cref="Tf.Pow(Tensor, Tensor)"/>
        public static Tensor Pow(Tensor x, Tensor y) => Tf.Pow(x, y);

        /// <inheritdoc cref="Tf.Equal(Tensor, Tensor)"/>
        public static Tensor Equal(Tensor x, Tensor y) => Tf.Equal(x, y);

        /// <inheritdoc cref="Tf.NotEqual(Tensor, Tensor)"/>
        public static Tensor NotEqual(Tensor x, Tensor y) => Tf.NotEqual(x, y);

        /// <inheritdoc cref="Tf.Less(Tensor, Tensor)"/>
        public static Tensor Less(Tensor x, Tensor y) => Tf.Less(x, y);

        /// <inheritdoc cref="Tf.LessEqual(Tensor, Tensor)"/>
        public static Tensor LessEqual(Tensor x, Tensor y) => Tf.LessEqual(x, y);

        /// <inheritdoc cref="Tf.Greater(Tensor, Tensor)"/>
        public static Tensor Greater(Tensor x, Tensor y) => Tf.Greater(x, y);

        /// <inheritdoc cref="Tf.GreaterEqual(Tensor, Tensor)"/>
        public static Tensor GreaterEqual(Tensor x, Tensor y) => Tf.GreaterEqual(x, y);

        /// <inheritdoc cref="Tf.LogicalAnd(Tensor, Tensor)"/>
        public static Tensor LogicalAnd(Tensor x, Tensor y) => Tf.LogicalAnd(x, y);

        /// <inheritdoc cref="Tf.LogicalOr(Tensor, Tensor)"/>
        public static Tensor LogicalOr(Tensor x, Tensor y) => Tf.LogicalOr(x, y);

        /// <inheritdoc cref="Tf.Pow(Tensor, double)"/>
        public static Tensor Pow(Tensor x, double exponent) => Tf.Pow(x, exponent);

        /// <inheritdoc cref="Tf.Maximum(Tensor, double)"/>
        public static Tensor Maximum(Tensor x, double y) => Tf.Maximum(x, y);

        /// <inheritdoc cref="Tf.Minimum(Tensor, double)"/>
        public static Tensor Minimum(Tensor x, double y) => Tf.Minimum(x, y);

        /// <inheritdoc cref="Tf.Multiply(Tensor, double)"/>
        public static Tensor Multiply(Tensor x, double y) => Tf.Multiply(x, y);

        /// <inheritdoc cref="Tf.Divide(Tensor, double)"/>
        public static Tensor Divide(Tensor x, double y) => Tf.Divide(x, y);

        /// <inheritdoc cref="Tf.Add(Tensor, double)"/>
        public static Tensor Add(Tensor x, double y) => Tf.Add(x, y);

        /// <inheritdoc cref="Tf.Subtract(Tensor, double)"/>
        public static Tensor Subtract(Tensor x, double y) => Tf.Subtract(x, y);
    }
}

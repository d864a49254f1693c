using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>
    /// Random numbers. The stateless functions give the same numbers for the same seed, as Python's do; the others give new ones at each call. Python: <c>tf.random</c>.
    /// </summary>
    public static class Random
    {
        // What Python calls auto_select: the generator that suits the device.
        private const int AutoSelect = 3;

        /// <summary>Numbers between two bounds, by a seed. Python: <c>tf.random.stateless_uniform</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="minimum">The lower bound, included; default 0.</param>
        /// <param name="maximum">The upper bound, excluded; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessUniform(Shape shape, (long First, long Second) seed, double minimum = 0, double maximum = 1, DType dtype = DType.Float32) =>
            Scoped(() => Stretch(Stateless(RawOps.StatelessRandomUniformV2, shape, seed, dtype), minimum, maximum));

        /// <summary>Integers between two bounds, by a seed. Python: <c>tf.random.stateless_uniform</c> with an integer dtype.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="minimum">The lower bound, included.</param>
        /// <param name="maximum">The upper bound, excluded.</param>
        /// <param name="dtype">Int32, the default, or Int64.</param>
        /// <returns>The integers.</returns>
        public static Tensor StatelessUniformIntegers(Shape shape, (long First, long Second) seed, long minimum, long maximum, DType dtype = DType.Int32) => Scoped(() =>
        {
            RawOps.StatelessRandomGetKeyCounterOutputs state = RawOps.StatelessRandomGetKeyCounter(Integers(seed.First, seed.Second));
            return RawOps.StatelessRandomUniformIntV2(
                Dims(shape), state.Key, state.Counter, Tensor.Scalar(AutoSelect), Tensor.Scalar(minimum, dtype), Tensor.Scalar(maximum, dtype));
        });

        /// <summary>Normally distributed numbers, by a seed. Python: <c>tf.random.stateless_normal</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="mean">The mean; default 0.</param>
        /// <param name="deviation">The standard deviation; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessNormal(Shape shape, (long First, long Second) seed, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
            Scoped(() => Stateless(RawOps.StatelessRandomNormalV2, shape, seed, dtype) * deviation + mean);

        /// <summary>Normally distributed numbers without those beyond two deviations, by a seed. Python: <c>tf.random.stateless_truncated_normal</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="mean">The mean; default 0.</param>
        /// <param name="deviation">The standard deviation before truncation; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessTruncatedNormal(Shape shape, (long First, long Second) seed, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
            Scoped(() => Stateless(RawOps.StatelessTruncatedNormalV2, shape, seed, dtype) * deviation + mean);

        /// <summary>Numbers between two bounds, new ones at each call. Python: <c>tf.random.uniform</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="minimum">The lower bound, included; default 0.</param>
        /// <param name="maximum">The upper bound, excluded; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor Uniform(Shape shape, double minimum = 0, double maximum = 1, DType dtype = DType.Float32) =>
            Scoped(() => Stretch(RawOps.RandomUniform(Dims(shape), dtype), minimum, maximum));

        /// <summary>Normally distributed numbers, new ones at each call. Python: <c>tf.random.normal</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="mean">The mean; default 0.</param>
        /// <param name="deviation">The standard deviation; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor Normal(Shape shape, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
            Scoped(() => RawOps.RandomStandardNormal(Dims(shape), dtype) * deviation + mean);

        private static Tensor Stateless(
            Func<Tensor, Tensor, Tensor, Tensor, DType, Tensor> op, Shape shape, (long First, long Second) seed, DType dtype)
        {
            RawOps.StatelessRandomGetKeyCounterOutputs state = RawOps.StatelessRandomGetKeyCounter(Integers(seed.First, seed.Second));
            return op(Dims(shape), state.Key, state.Counter, Tensor.Scalar(AutoSelect), dtype);
        }

        private static Tensor Dims(Shape shape)
        {
            ArgumentNullException.ThrowIfNull(shape);
            return Integers(shape.Dims);
        }

        private static Tensor Stretch(Tensor unit, double minimum, double maximum) => unit * (maximum - minimum) + minimum;
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Functions of a seed: the same numbers at each call, and Python's. A shape may also be a tensor of integers, as
    /// <c>Tf.Shape(x)</c> gives it.</content>
    public static partial class Random
    {
        /// <summary>Numbers between two bounds, by a seed. Python: <c>tf.random.stateless_uniform</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="minimum">The lower bound, included; default 0.</param>
        /// <param name="maximum">The upper bound, excluded; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessUniform(Shape shape, Seed seed, double minimum = 0, double maximum = 1,
            DType dtype = DType.Float32) =>
            Scoped(() => StatelessUniform(Dims(shape), seed, minimum, maximum, dtype));

        /// <inheritdoc cref="StatelessUniform(Shape, Seed, double, double, DType)"/>
        public static Tensor StatelessUniform(Tensor shape, Seed seed, double minimum = 0, double maximum = 1,
            DType dtype = DType.Float32) =>
            Scoped(() => Stretch(Stateless(RawOps.StatelessRandomUniformV2, shape, seed, dtype), minimum, maximum));

        /// <summary>Integers between two bounds, by a seed. Python: <c>tf.random.stateless_uniform</c> with an integer dtype.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="minimum">The lower bound, included.</param>
        /// <param name="maximum">The upper bound, excluded.</param>
        /// <param name="dtype">Int32, the default, or Int64.</param>
        /// <returns>The integers.</returns>
        public static Tensor StatelessUniformIntegers(Shape shape, Seed seed, long minimum, long maximum, DType dtype = DType.Int32) =>
            Scoped(() =>
        {
            RawOps.StatelessRandomGetKeyCounterOutputs state = RawOps.StatelessRandomGetKeyCounter(seed.ToTensor());
            return RawOps.StatelessRandomUniformIntV2(
                Dims(shape), state.Key, state.Counter, Tensor.Scalar((int)Algorithm.AutoSelect), Tensor.Scalar(minimum, dtype),
                    Tensor.Scalar(maximum, dtype));
        });

        /// <summary>
        /// Integers of the whole range of a dtype, by a seed. Python: <c>tf.random.stateless_uniform</c> with an integer dtype and no
        /// bounds.
        /// </summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="dtype">Int32, the default, Int64, UInt32 or UInt64.</param>
        /// <returns>The integers.</returns>
        public static Tensor StatelessUniformFullIntegers(Shape shape, Seed seed, DType dtype = DType.Int32) =>
            Scoped(() => Bits(seed.ToTensor(), Dims(shape), dtype));

        /// <summary>Normally distributed numbers, by a seed. Python: <c>tf.random.stateless_normal</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="mean">The mean; default 0.</param>
        /// <param name="deviation">The standard deviation; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessNormal(Shape shape, Seed seed, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
            Scoped(() => StatelessNormal(Dims(shape), seed, mean, deviation, dtype));

        /// <inheritdoc cref="StatelessNormal(Shape, Seed, double, double, DType)"/>
        public static Tensor StatelessNormal(Tensor shape, Seed seed, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
            Scoped(() => Stateless(RawOps.StatelessRandomNormalV2, shape, seed, dtype) * deviation + mean);

        /// <summary>
        /// Normally distributed numbers without those beyond two deviations, by a seed. Python:
        /// <c>tf.random.stateless_truncated_normal</c>.
        /// </summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="mean">The mean; default 0.</param>
        /// <param name="deviation">The standard deviation before truncation; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessTruncatedNormal(Shape shape, Seed seed, double mean = 0, double deviation = 1,
            DType dtype = DType.Float32) =>
            Scoped(() => Stateless(RawOps.StatelessTruncatedNormalV2, Dims(shape), seed, dtype) * deviation + mean);

        /// <summary>
        /// Normally distributed numbers between bounds, by a seed. Python: <c>tf.random.stateless_parameterized_truncated_normal</c>.
        /// </summary>
        /// <param name="shape">The shape, fully known; the parameters broadcast to it.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="means">The means before truncation.</param>
        /// <param name="deviations">The standard deviations before truncation, of the same dtype.</param>
        /// <param name="minimums">The lower bounds, of the same dtype.</param>
        /// <param name="maximums">The upper bounds, of the same dtype.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessParameterizedTruncatedNormal(Shape shape, Seed seed, Tensor means, Tensor deviations, Tensor minimums,
            Tensor maximums) =>
            Scoped(() => RawOps.StatelessParameterizedTruncatedNormal(Dims(shape), seed.ToTensor(), means, deviations, minimums, maximums));

        /// <summary>
        /// Numbers of the gamma distribution, by a seed; with gradients to α and β. Python: <c>tf.random.stateless_gamma</c>.
        /// </summary>
        /// <param name="shape">The shape, fully known, which ends with that of the parameters.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="alpha">α, the shape parameter; its dtype is the result's.</param>
        /// <param name="beta">β, the inverse scale; null: 1.</param>
        /// <returns>The numbers, positive.</returns>
        public static Tensor StatelessGamma(Shape shape, Seed seed, Tensor alpha, Tensor? beta = null)
        {
            ArgumentNullException.ThrowIfNull(alpha);
            return Scoped(() =>
            {
                Tensor rate = beta ?? Tensor.Scalar(1, alpha.DType);
                Tensor broadcast = RawOps.BroadcastTo(alpha, RawOps.BroadcastArgs(RawOps.Shape(alpha), RawOps.Shape(rate)));
                RawOps.StatelessRandomGetKeyCounterOutputs state = RawOps.StatelessRandomGetKeyCounter(seed.ToTensor());
                Tensor unit =
                    RawOps.StatelessRandomGammaV3(Dims(shape), state.Key, state.Counter, Tensor.Scalar((int)Algorithm.AutoSelect),
                    broadcast);
                return Maximum(unit / rate, Smallest(alpha.DType));
            });
        }

        /// <summary>Numbers of the Poisson distribution, by a seed. Python: <c>tf.random.stateless_poisson</c>.</summary>
        /// <param name="shape">The shape, fully known, which ends with that of the rates.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="rate">The rates, λ.</param>
        /// <param name="dtype">The dtype of the numbers; default int32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessPoisson(Shape shape, Seed seed, Tensor rate, DType dtype = DType.Int32)
        {
            ArgumentNullException.ThrowIfNull(rate);
            return Scoped(() => RawOps.StatelessRandomPoisson(Dims(shape), seed.ToTensor(), BroadcastTo(rate, shape), dtype));
        }

        /// <summary>Numbers of the binomial distribution, by a seed. Python: <c>tf.random.stateless_binomial</c>.</summary>
        /// <param name="shape">The shape, fully known, which ends with that of the parameters.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="counts">How many trials.</param>
        /// <param name="probabilities">The probability of success, of the same dtype.</param>
        /// <param name="dtype">The dtype of the numbers; default int32.</param>
        /// <returns>The numbers.</returns>
        public static Tensor StatelessBinomial(Shape shape, Seed seed, Tensor counts, Tensor probabilities, DType dtype = DType.Int32) =>
            Scoped(() => RawOps.StatelessRandomBinomial(Dims(shape), seed.ToTensor(), counts, probabilities, dtype));

        /// <summary>
        /// Classes by their unnormalized logarithmic probabilities, by a seed. Python: <c>tf.random.stateless_categorical</c>.
        /// </summary>
        /// <param name="logits">The logarithms, shape [batch, classes].</param>
        /// <param name="count">How many classes are drawn for each row.</param>
        /// <param name="seed">The seed.</param>
        /// <param name="dtype">Int64, the default, or Int32.</param>
        /// <returns>The classes, shape [batch, count].</returns>
        public static Tensor StatelessCategorical(Tensor logits, int count, Seed seed, DType dtype = DType.Int64) =>
            Scoped(() => RawOps.StatelessMultinomial(logits, Tensor.Scalar(count), seed.ToTensor(), dtype));

        /// <summary>Permutes the first dimension, by a seed. Python: <c>tf.random.experimental.stateless_shuffle</c>.</summary>
        /// <param name="value">The tensor, of at least one dimension.</param>
        /// <param name="seed">The seed.</param>
        /// <returns>The shuffled tensor.</returns>
        public static Tensor StatelessShuffle(Tensor value, Seed seed)
        {
            ArgumentNullException.ThrowIfNull(value);
            return Scoped(() =>
            {
                Tensor keys = Bits(seed.ToTensor(), RawOps.Shape(value)[..1], DType.UInt32);
                return Gather(value, ArgSort(keys, axis: 0));
            });
        }

        private static Tensor Stateless(Func<Tensor, Tensor, Tensor, Tensor, DType, Tensor> op, Tensor shape, Seed seed, DType dtype)
        {
            RawOps.StatelessRandomGetKeyCounterOutputs state = RawOps.StatelessRandomGetKeyCounter(seed.ToTensor());
            return op(shape, state.Key, state.Counter, Tensor.Scalar((int)Algorithm.AutoSelect), dtype);
        }

        /// <summary>The smallest positive number of full precision.</summary>
        private static double Smallest(DType dtype) => dtype switch
        {
            DType.Float64 => 2.2250738585072014e-308,
            DType.Float16 => 6.103515625e-05,
            _ => 1.1754943508222875e-38,
        };
    }
}

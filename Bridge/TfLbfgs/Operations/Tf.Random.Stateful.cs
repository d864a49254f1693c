using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>New numbers at each call. With <see cref="SetSeed"/> or a seed of its own a function repeats the sequence of its
    /// calls.</content>
    public static partial class Random
    {
        // What Python takes for the part of a seed that is not given.
        private const long DefaultGlobalSeed = 87654321;

        private static readonly Lock SeedGate = new();
        private static long? _globalSeed;
        private static MersenneTwister? _operationSeeds;

        /// <summary>Sets the seed from which functions without one of their own take theirs. Python: <c>tf.random.set_seed</c>.</summary>
        /// <param name="seed">The seed; null: numbers differ from run to run again.</param>
        /// <remarks>
        /// Applies to the whole process, and gives Python's numbers. Setting a seed, also the same one again, starts all sequences anew,
        /// also
        /// those of functions with a seed of their own.
        /// </remarks>
        public static void SetSeed(long? seed)
        {
            lock (SeedGate)
            {
                _globalSeed = seed;
                _operationSeeds = seed is { } value ? new MersenneTwister(value) : null;
                // The kernels hold the states of the sequences.
                TfRuntime.ForgetKernels();
            }
        }

        /// <summary>Numbers between two bounds. Python: <c>tf.random.uniform</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="minimum">The lower bound, included; default 0.</param>
        /// <param name="maximum">The upper bound, excluded; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The numbers.</returns>
        public static Tensor Uniform(Shape shape, double minimum = 0, double maximum = 1, DType dtype = DType.Float32, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            return Scoped(() => Stretch(RawOps.RandomUniform(Dims(shape), dtype, first, second), minimum, maximum));
        }

        /// <summary>Integers between two bounds. Python: <c>tf.random.uniform</c> with an integer dtype.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="minimum">The lower bound, included.</param>
        /// <param name="maximum">The upper bound, excluded.</param>
        /// <param name="dtype">Int32, the default, or Int64.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The integers.</returns>
        public static Tensor UniformIntegers(Shape shape, long minimum, long maximum, DType dtype = DType.Int32, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            return Scoped(() =>
                RawOps.RandomUniformInt(Dims(shape), Tensor.Scalar(minimum, dtype), Tensor.Scalar(maximum, dtype), first, second));
        }

        /// <summary>Normally distributed numbers. Python: <c>tf.random.normal</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="mean">The mean; default 0.</param>
        /// <param name="deviation">The standard deviation; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The numbers.</returns>
        public static Tensor Normal(Shape shape, double mean = 0, double deviation = 1, DType dtype = DType.Float32, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            return Scoped(() => RawOps.RandomStandardNormal(Dims(shape), dtype, first, second) * deviation + mean);
        }

        /// <summary>Normally distributed numbers without those beyond two deviations. Python: <c>tf.random.truncated_normal</c>.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="mean">The mean; default 0.</param>
        /// <param name="deviation">The standard deviation before truncation; default 1.</param>
        /// <param name="dtype">A floating-point dtype; default float32.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The numbers.</returns>
        public static Tensor TruncatedNormal(Shape shape, double mean = 0, double deviation = 1, DType dtype = DType.Float32,
            long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            return Scoped(() => RawOps.TruncatedNormal(Dims(shape), dtype, first, second) * deviation + mean);
        }

        /// <summary>Numbers of the gamma distribution; with gradients to α and β. Python: <c>tf.random.gamma</c>.</summary>
        /// <param name="shape">How many are drawn for each pair of parameters.</param>
        /// <param name="alpha">α, the shape parameter; its dtype is the result's.</param>
        /// <param name="beta">β, the inverse scale, which broadcasts with α; null: 1.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The numbers, shape [shape..., parameters...].</returns>
        public static Tensor Gamma(Shape shape, Tensor alpha, Tensor? beta = null, long? seed = null)
        {
            ArgumentNullException.ThrowIfNull(alpha);
            (long first, long second) = Seeds(seed);
            return Scoped(() =>
            {
                Tensor rate = beta ?? Tensor.Scalar(1, alpha.DType);
                Tensor broadcast = RawOps.BroadcastTo(alpha, RawOps.BroadcastArgs(RawOps.Shape(alpha), RawOps.Shape(rate)));
                return Maximum(RawOps.RandomGamma(Dims(shape), broadcast, first, second) / rate, Smallest(alpha.DType));
            });
        }

        /// <summary>Numbers of the Poisson distribution. Python: <c>tf.random.poisson</c>.</summary>
        /// <param name="shape">How many are drawn for each rate.</param>
        /// <param name="rate">The rates, λ.</param>
        /// <param name="dtype">The dtype of the numbers; default float32.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The numbers, shape [shape..., rates...].</returns>
        public static Tensor Poisson(Shape shape, Tensor rate, DType dtype = DType.Float32, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            return Scoped(() => RawOps.RandomPoissonV2(Dims(shape), rate, first, second, dtype));
        }

        /// <summary>Classes by their unnormalized logarithmic probabilities. Python: <c>tf.random.categorical</c>.</summary>
        /// <param name="logits">The logarithms, shape [batch, classes].</param>
        /// <param name="count">How many classes are drawn for each row.</param>
        /// <param name="dtype">Int64, the default, or Int32.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The classes, shape [batch, count].</returns>
        public static Tensor Categorical(Tensor logits, int count, DType dtype = DType.Int64, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            return Scoped(() => RawOps.Multinomial(logits, Tensor.Scalar(count), first, second, dtype));
        }

        /// <summary>Permutes the first dimension. Python: <c>tf.random.shuffle</c>.</summary>
        /// <param name="value">The tensor.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The shuffled tensor.</returns>
        public static Tensor Shuffle(Tensor value, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            return RawOps.RandomShuffle(value, first, second);
        }

        /// <summary>Numbers from 0 to below 1, of a shape that is a tensor.</summary>
        internal static Tensor UniformLike(Tensor shape, DType dtype, long? seed)
        {
            (long first, long second) = Seeds(seed);
            return RawOps.RandomUniform(shape, dtype, first, second);
        }

        /// <summary>The two seeds of an op: that of the process and its own. Two zeros ask TensorFlow for a new one.</summary>
        private static (long Global, long Operation) Seeds(long? seed)
        {
            long? global, operation = seed;
            lock (SeedGate)
            {
                global = _globalSeed;
                if (operation is null && _operationSeeds is { } seeds)
                    operation = seeds.NextSeed();
            }

            if (global is null && operation is null)
                return (0, 0);
            (long first, long second) = (global ?? DefaultGlobalSeed, operation ?? 0);
            return first == 0 && second == 0 ? (0, int.MaxValue)
                : (first % int.MaxValue is var f && f < 0 ? f + int.MaxValue : f, second % int.MaxValue is var s && s < 0
                ? s + int.MaxValue : s);
        }
    }
}

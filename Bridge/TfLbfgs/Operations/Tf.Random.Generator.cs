using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs;

public static partial class Tf
{
    public static partial class Random
    {
        private static readonly Lock GlobalGate = new();
        private static Generator? _global;

        /// <summary>
        /// The generator that the process shares; made with a new seed when it is first asked for. Python:
        /// <c>tf.random.get_global_generator</c>.
        /// </summary>
        /// <returns>The generator, owned by the process.</returns>
        public static Generator GetGlobalGenerator()
        {
            lock (GlobalGate)
                return _global ??= Generator.FromNonDeterministicState();
        }

        /// <summary>Replaces the generator that the process shares. Python: <c>tf.random.set_global_generator</c>.</summary>
        /// <param name="generator">The generator, whose owner stays the caller; null: none, so that the next use makes one.</param>
        public static void SetGlobalGenerator(Generator? generator)
        {
            lock (GlobalGate)
                _global = generator;
        }

        /// <summary>
        /// Random numbers with a state that moves on with each call, eagerly and in traced functions: equal states give equal sequences,
        /// and Python's. Crosses threads; calls that overlap take numbers in any
        /// order. Python: <c>tf.random.Generator</c>.
        /// </summary>
        public sealed class Generator : IDisposable
        {
            private readonly Variable _state;

            /// <summary>Creates a generator with a given state. Python: <c>tf.random.Generator.from_state</c>.</summary>
            /// <param name="state">The state, int64: shape [3] for Philox (a counter of 128 bits and a key), [2] for ThreeFry;
            /// borrowed.</param>
            /// <param name="algorithm">The algorithm.</param>
            /// <exception cref="TfLbfgsException">The dtype or shape is another.</exception>
            public Generator(Tensor state, Algorithm algorithm = Algorithm.Philox)
            {
                ArgumentNullException.ThrowIfNull(state);
                if (state.DType != DType.Int64 || !state.Shape.IsCompatibleWith([StateSize(algorithm)]))
                    throw new TfLbfgsException(
                        $"Generator: expected a state of int64, shape [{StateSize(algorithm)}], for {algorithm}, received "
                        + $"{state.Describe()}.");
                Algorithm = algorithm;
                _state = new Variable(state, "random_generator/StateVar", trainable: false);
            }

            /// <summary>The algorithm. Python: <c>algorithm</c>.</summary>
            public Algorithm Algorithm { get; }

            /// <summary>The state, a copy owned by the caller. Python: <c>state</c>.</summary>
            public Tensor State => _state.Value;

            /// <summary>The last number of the state, shape [], owned by the caller. Python: <c>key</c>.</summary>
            public Tensor Key => Scoped(() => _state.Value[^1]);

            /// <summary>Creates a generator from a seed. Python: <c>tf.random.Generator.from_seed</c>.</summary>
            /// <param name="seed">The seed.</param>
            /// <param name="algorithm">The algorithm.</param>
            /// <returns>The generator, owned by the caller.</returns>
            public static Generator FromSeed(long seed, Algorithm algorithm = Algorithm.Philox)
            {
                using TensorScope scope = new();
                return new Generator(CreateRngState(seed, algorithm), algorithm);
            }

            /// <summary>
            /// Creates a generator whose state differs from run to run. Python: <c>tf.random.Generator.from_non_deterministic_state</c>.
            /// </summary>
            /// <param name="algorithm">The algorithm.</param>
            /// <returns>The generator, owned by the caller.</returns>
            public static Generator FromNonDeterministicState(Algorithm algorithm = Algorithm.Philox)
            {
                using TensorScope scope = new();
                long[] state = new long[StateSize(algorithm)];
                System.Security.Cryptography.RandomNumberGenerator.Fill(
                    System.Runtime.InteropServices.MemoryMarshal.AsBytes(state.AsSpan()));
                return new Generator(Tensor.From(state), algorithm);
            }

            /// <summary>Creates a generator from a key and a counter. Python: <c>tf.random.Generator.from_key_counter</c>.</summary>
            /// <param name="key">The key.</param>
            /// <param name="counter">The counter: two numbers for Philox, one for ThreeFry.</param>
            /// <param name="algorithm">The algorithm.</param>
            /// <returns>The generator, owned by the caller.</returns>
            public static Generator FromKeyCounter(long key, long[] counter, Algorithm algorithm = Algorithm.Philox)
            {
                ArgumentNullException.ThrowIfNull(counter);
                using TensorScope scope = new();
                return new Generator(Tensor.From([.. counter, key]), algorithm);
            }

            /// <summary>Gives the generator another state. Python: <c>reset</c>.</summary>
            /// <param name="state">The state, borrowed.</param>
            public void Reset(Tensor state) => _state.Assign(state);

            /// <summary>Gives the generator the state of a seed. Python: <c>reset_from_seed</c>.</summary>
            /// <param name="seed">The seed.</param>
            public void ResetFromSeed(long seed)
            {
                using TensorScope scope = new();
                _state.Assign(CreateRngState(seed, Algorithm));
            }

            /// <summary>Gives the generator the state of a key and a counter. Python: <c>reset_from_key_counter</c>.</summary>
            /// <param name="key">The key.</param>
            /// <param name="counter">The counter: two numbers for Philox, one for ThreeFry.</param>
            public void ResetFromKeyCounter(long key, long[] counter)
            {
                ArgumentNullException.ThrowIfNull(counter);
                using TensorScope scope = new();
                _state.Assign(Tensor.From([.. counter, key]));
            }

            /// <summary>Moves the state on as if numbers had been drawn. Python: <c>skip</c>.</summary>
            /// <param name="count">How many 256-bit blocks are passed over.</param>
            /// <returns>The state before.</returns>
            public Tensor Skip(long count) =>
                Scoped(() => RawOps.RngReadAndSkip(_state.Handle, Tensor.Scalar((int)Algorithm),
                RawOps.Bitcast(Tensor.Scalar(count), DType.UInt64)));

            /// <summary>Normally distributed numbers. Python: <c>normal</c>.</summary>
            /// <param name="shape">The shape, fully known.</param>
            /// <param name="mean">The mean; default 0.</param>
            /// <param name="deviation">The standard deviation; default 1.</param>
            /// <param name="dtype">A floating-point dtype; default float32.</param>
            /// <returns>The numbers.</returns>
            public Tensor Normal(Shape shape, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
                Scoped(() => Draw(RawOps.StatelessRandomNormalV2, shape, dtype) * deviation + mean);

            /// <summary>Normally distributed numbers without those beyond two deviations. Python: <c>truncated_normal</c>.</summary>
            /// <param name="shape">The shape, fully known.</param>
            /// <param name="mean">The mean; default 0.</param>
            /// <param name="deviation">The standard deviation before truncation; default 1.</param>
            /// <param name="dtype">A floating-point dtype; default float32.</param>
            /// <returns>The numbers.</returns>
            public Tensor TruncatedNormal(Shape shape, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
                Scoped(() => Draw(RawOps.StatelessTruncatedNormalV2, shape, dtype) * deviation + mean);

            /// <summary>Numbers between two bounds. Python: <c>uniform</c>.</summary>
            /// <param name="shape">The shape, fully known.</param>
            /// <param name="minimum">The lower bound, included; default 0.</param>
            /// <param name="maximum">The upper bound, excluded; default 1.</param>
            /// <param name="dtype">A floating-point dtype; default float32.</param>
            /// <returns>The numbers.</returns>
            public Tensor Uniform(Shape shape, double minimum = 0, double maximum = 1, DType dtype = DType.Float32) =>
                Scoped(() => Stretch(Draw(RawOps.StatelessRandomUniformV2, shape, dtype), minimum, maximum));

            /// <summary>Integers between two bounds. Python: <c>uniform</c> with an integer dtype.</summary>
            /// <param name="shape">The shape, fully known.</param>
            /// <param name="minimum">The lower bound, included.</param>
            /// <param name="maximum">The upper bound, excluded.</param>
            /// <param name="dtype">Int32, the default, Int64, UInt32 or UInt64.</param>
            /// <returns>The integers.</returns>
            public Tensor UniformIntegers(Shape shape, long minimum, long maximum, DType dtype = DType.Int32) => Scoped(() => Draw(
                (dims, key, counter, algorithm, _) => RawOps.StatelessRandomUniformIntV2(
                    dims, key, counter, algorithm, Cast(Tensor.Scalar(minimum), dtype), Cast(Tensor.Scalar(maximum), dtype)),
                shape, dtype));

            /// <summary>Integers of the whole range of a dtype. Python: <c>uniform_full_int</c>.</summary>
            /// <param name="shape">The shape, fully known.</param>
            /// <param name="dtype">UInt64, the default, Int32, Int64 or UInt32.</param>
            /// <returns>The integers.</returns>
            public Tensor UniformFullIntegers(Shape shape, DType dtype = DType.UInt64) =>
                Scoped(() => Draw(RawOps.StatelessRandomUniformFullIntV2, shape, dtype));

            /// <summary>Numbers of the binomial distribution. Python: <c>binomial</c>.</summary>
            /// <param name="shape">The shape, fully known, which ends with that of the parameters.</param>
            /// <param name="counts">How many trials.</param>
            /// <param name="probabilities">The probability of success, of the same dtype.</param>
            /// <param name="dtype">The dtype of the numbers; default int32.</param>
            /// <returns>The numbers.</returns>
            public Tensor Binomial(Shape shape, Tensor counts, Tensor probabilities, DType dtype = DType.Int32) =>
                Scoped(() => RawOps.StatefulRandomBinomial(_state.Handle, Tensor.Scalar((long)Algorithm), Int32Dims(shape), counts,
                    probabilities, dtype));

            /// <summary>Seeds for stateless functions. Python: <c>make_seeds</c>.</summary>
            /// <param name="count">How many; default 1.</param>
            /// <returns>The seeds, int64, shape [2, count]: a column is a seed.</returns>
            public Tensor MakeSeeds(int count = 1) => Scoped(() =>
            {
                Tensor keys = UniformFullIntegers([count], DType.Int64);
                return RawOps.Pack([keys, RawOps.ZerosLike(keys)]);
            });

            /// <summary>
            /// New generators, independent of this one and of each other. Python: <c>split</c>. Not while a function is traced.
            /// </summary>
            /// <param name="count">How many; default 1.</param>
            /// <returns>The generators, owned by the caller.</returns>
            public Generator[] Split(int count = 1)
            {
                using Tensor keys = UniformFullIntegers([count], DType.Int64);
                long[] counter = new long[StateSize(Algorithm) - 1];
                return Array.ConvertAll(keys.ToArray<long>(), key => FromKeyCounter(key, counter, Algorithm));
            }

            /// <summary>Frees the state.</summary>
            public void Dispose() => _state.Dispose();

            /// <summary>Draws from the state as it is, and moves it on by the number of elements.</summary>
            private Tensor Draw(Func<Tensor, Tensor, Tensor, Tensor, DType, Tensor> op, Shape shape, DType dtype)
            {
                Tensor dims = Dims(shape);
                Tensor before = Skip(shape.ElementCount);
                int size = StateSize(Algorithm) - 1;
                Tensor counter = RawOps.Bitcast(before[..size], DType.UInt64);
                Tensor key = RawOps.Bitcast(before[size..(size + 1)], DType.UInt64);
                return op(dims, key, counter, Tensor.Scalar((int)Algorithm), dtype);
            }
        }
    }
}

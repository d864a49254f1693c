using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <summary>
    /// Random numbers. The stateless functions give the same numbers for the same seed, as Python's do; a <see cref="Generator"/> has a
    /// state that moves on; the others give new numbers at each call.
    /// Python: <c>tf.random</c>.
    /// </summary>
    public static partial class Random
    {
        /// <summary>The algorithms that make random bits. Python: <c>tf.random.Algorithm</c>.</summary>
        public enum Algorithm
        {
            /// <summary>Philox 4x32, on every device.</summary>
            Philox = 1,

            /// <summary>ThreeFry 2x32, in functions compiled by XLA only, as in Python.</summary>
            ThreeFry = 2,

            /// <summary>The one that suits the device.</summary>
            AutoSelect = 3,
        }

        /// <summary>
        /// The seed of a stateless function: two integers. Pairs of <see cref="int"/>, pairs of <see cref="long"/>, and tensors of shape
        /// [2] are seeds by themselves; a tensor is borrowed.
        /// </summary>
        public readonly record struct Seed
        {
            private readonly Tensor? _tensor;
            private readonly long _first;
            private readonly long _second;
            private readonly bool _isInt32;

            private Seed(Tensor? tensor, long first, long second, bool isInt32) =>
                (_tensor, _first, _second, _isInt32) = (tensor, first, second, isInt32);

            /// <summary>Makes a seed of two int32.</summary>
            /// <param name="seed">The integers.</param>
            public static implicit operator Seed((int First, int Second) seed) => new(null, seed.First, seed.Second, true);

            /// <summary>Makes a seed of two int64.</summary>
            /// <param name="seed">The integers.</param>
            public static implicit operator Seed((long First, long Second) seed) => new(null, seed.First, seed.Second, false);

            /// <summary>Makes a seed of a tensor.</summary>
            /// <param name="seed">The integers, int32 or int64, shape [2].</param>
            public static implicit operator Seed(Tensor seed)
            {
                ArgumentNullException.ThrowIfNull(seed);
                return new(seed, 0, 0, false);
            }

            /// <summary>The seed as a tensor: the one it was made of, or a new one of the current scope.</summary>
            internal Tensor ToTensor() => _tensor ?? (_isInt32 ? Tensor.From([(int)_first, (int)_second]) : Tensor.From([_first, _second]));
        }

        /// <summary>New seeds from one. Python: <c>tf.random.split</c>.</summary>
        /// <param name="seed">The seed.</param>
        /// <param name="count">How many; default 2.</param>
        /// <returns>The seeds, of the dtype of the seed (int32 for a pair of <see cref="int"/>), shape [count, 2].</returns>
        public static Tensor Split(Seed seed, int count = 2) => Scoped(() =>
        {
            Tensor of = seed.ToTensor();
            return Bits(of, Integers(count, 2), of.DType);
        });

        /// <summary>A new seed from one and a number. Python: <c>tf.random.fold_in</c>.</summary>
        /// <param name="seed">The seed.</param>
        /// <param name="data">The number, int32 or int64, shape [].</param>
        /// <returns>The seed, of the dtype of the number, shape [2].</returns>
        public static Tensor FoldIn(Seed seed, Tensor data)
        {
            ArgumentNullException.ThrowIfNull(data);
            return Scoped(() => RawOps.Pack([Bits(seed.ToTensor(), Integers(), data.DType), data]));
        }

        /// <inheritdoc cref="FoldIn(Seed, Tensor)"/>
        public static Tensor FoldIn(Seed seed, int data) => Scoped(() => FoldIn(seed, Tensor.Scalar(data)));

        /// <summary>The state of a <see cref="Generator"/> that a seed gives. Python: <c>tf.random.create_rng_state</c>.</summary>
        /// <param name="seed">The seed.</param>
        /// <param name="algorithm">The algorithm.</param>
        /// <returns>The state, int64: shape [3] for Philox, [2] for ThreeFry.</returns>
        public static Tensor CreateRngState(long seed, Algorithm algorithm = Algorithm.Philox) => Tensor.From(StateOf(seed, algorithm));

        /// <summary>
        /// Where an index stands in a random permutation of the integers up to a maximum, which is never made. Python:
        /// <c>tf.random_index_shuffle</c>.
        /// </summary>
        /// <param name="index">The index, an integer tensor, shape [] or [n].</param>
        /// <param name="seed">Three uint32, int32 or int64 numbers, shape [3] or [n, 3].</param>
        /// <param name="maxIndex">The largest index, of the dtype of the index, shape [] or [n].</param>
        /// <param name="rounds">How often the cipher is applied; default 4.</param>
        /// <returns>The shuffled index.</returns>
        public static Tensor IndexShuffle(Tensor index, Tensor seed, Tensor maxIndex, int rounds = 4) =>
            RawOps.RandomIndexShuffle(index, seed, maxIndex, rounds);

        /// <summary>Random bits of an integer dtype.</summary>
        private static Tensor Bits(Tensor seed, Tensor shape, DType dtype)
        {
            RawOps.StatelessRandomGetKeyCounterOutputs state = RawOps.StatelessRandomGetKeyCounter(seed);
            return RawOps.StatelessRandomUniformFullIntV2(shape, state.Key, state.Counter, Tensor.Scalar((int)Algorithm.AutoSelect), dtype);
        }

        private static int StateSize(Algorithm algorithm) => algorithm == Algorithm.ThreeFry ? 2 : 3;

        /// <summary>The state has 64 bits of the seed in its first number; Python's seeds are of any size.</summary>
        private static long[] StateOf(long seed, Algorithm algorithm)
        {
            long[] state = new long[StateSize(algorithm)];
            state[0] = seed;
            // Python shifts a negative seed arithmetically, so that its sign fills the other numbers.
            for (int i = 1; i < state.Length; i++)
                state[i] = seed < 0 ? -1 : 0;
            return state;
        }

        private static Tensor Dims(Shape shape)
        {
            ArgumentNullException.ThrowIfNull(shape);
            return Integers(shape.Dims);
        }

        private static Tensor Stretch(Tensor unit, double minimum, double maximum) =>
            minimum == 0 && maximum == 1 ? unit : unit * (maximum - minimum) + minimum;
    }
}

namespace TfLbfgs;

public static partial class Tf
{
    public static partial class Random
    {
        /// <summary>The generator of Python's module <c>random</c>, from which eager functions take their seeds there.</summary>
        private sealed class MersenneTwister
        {
            private const int Size = 624;
            private const int Middle = 397;
            private readonly uint[] _state = new uint[Size];
            private int _next = Size;

            public MersenneTwister(long seed)
            {
                ulong magnitude = seed < 0 ? (ulong)-seed : (ulong)seed;
                uint[] key = magnitude >> 32 == 0 ? [(uint)magnitude] : [(uint)magnitude, (uint)(magnitude >> 32)];
                _state[0] = 19650218;
                for (uint i = 1; i < Size; i++)
                    _state[i] = 1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30)) + i;
                uint at = 1;
                for (uint k = 0; k < Size; k++)
                {
                    uint j = k % (uint)key.Length;
                    _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1664525)) + key[j] + j;
                    Advance(ref at);
                }

                for (uint k = 0; k < Size - 1; k++)
                {
                    _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1566083941)) - at;
                    Advance(ref at);
                }

                _state[0] = 0x80000000;
            }

            /// <summary>An integer from 0 to 2³¹ - 1, as <c>randint(0, 2**31 - 1)</c> gives it.</summary>
            public long NextSeed()
            {
                uint bits = Next();
                while (bits >= 0x80000000)
                    bits = Next();
                return bits;
            }

            private uint Next()
            {
                if (_next == Size)
                    Refill();
                uint y = _state[_next++];
                y ^= y >> 11;
                y ^= (y << 7) & 0x9d2c5680;
                y ^= (y << 15) & 0xefc60000;
                return y ^ (y >> 18);
            }

            private void Refill()
            {
                for (int i = 0; i < Size; i++)
                {
                    uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
                    _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
                }

                _next = 0;
            }

            private void Advance(ref uint at)
            {
                if (++at < Size)
                    return;
                _state[0] = _state[Size - 1];
                at = 1;
            }
        }
    }
}

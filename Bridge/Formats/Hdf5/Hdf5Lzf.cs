namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// Decompresses LZF, the filter that h5py brings along. A control byte below 32 is followed by this many bytes, and one more, as they are;
/// one above refers back: 3 bits of length, 13 of distance.
/// </summary>
internal static class Hdf5Lzf
{
    /// <summary>Decompresses a chunk.</summary>
    /// <param name="source">Builds the exceptions.</param>
    /// <param name="packed">The chunk as stored.</param>
    /// <param name="length">The bytes that must come out.</param>
    public static byte[] Decode(Hdf5Source source, ReadOnlySpan<byte> packed, int length)
    {
        const int Literal = 32;
        const int LongLength = 7;
        byte[] bytes = new byte[length];
        int at = 0, to = 0;
        while (at < packed.Length)
        {
            int control = packed[at++];
            if (control < Literal)
            {
                int count = control + 1;
                if (count > packed.Length - at || count > length - to)
                    throw Damaged(source, length);
                packed.Slice(at, count).CopyTo(bytes.AsSpan(to));
                at += count;
                to += count;
                continue;
            }

            int run = control >> 5;
            if (run == LongLength && at < packed.Length)
                run += packed[at++];
            if (at >= packed.Length)
                throw Damaged(source, length);
            int from = to - ((control & 31) << 8) - packed[at++] - 1;
            run += 2;
            if (from < 0 || run > length - to)
                throw Damaged(source, length);
            // The two may overlap: a run repeats what it writes.
            for (int i = 0; i < run; i++)
                bytes[to++] = bytes[from++];
        }

        return to == length ? bytes : throw Damaged(source, length);
    }

    private static FileFormatException Damaged(Hdf5Source source, int length) =>
        source.Damaged("a chunk that cannot be decompressed", $"{length} bytes compressed by LZF");
}

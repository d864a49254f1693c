namespace TfLbfgs.Formats.TensorBundle;

/// <summary>
/// Decompresses the index of a checkpoint of early TensorFlow 1: literals, and copies of what was decompressed before.
/// </summary>
internal static class Snappy
{
    // A copy of three bytes stands for 64 at most.
    private const ulong MaxRatio = 22;

    /// <summary>Decompresses a block.</summary>
    /// <param name="block">The length of the content as a number of variable length, then its parts.</param>
    /// <returns>The content.</returns>
    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> block)
    {
        ulong length = ProtoReader.Varint(ref block);
        if (length > MaxRatio * (ulong)block.Length)
            throw new InvalidDataException($"{length} bytes from {block.Length} compressed ones");
        byte[] content = new byte[length];
        int at = 0;
        while (!block.IsEmpty)
        {
            int tag = (int)Number(ref block, 1), kind = tag & 3;
            if (kind == 0)
            {
                // Long ones have their length in the next 1 to 4 bytes.
                long count = 1 + (tag >> 2 < 60 ? tag >> 2 : Number(ref block, (tag >> 2) - 59));
                if (count > block.Length || count > content.Length - at)
                    throw new InvalidDataException("a literal that ends outside its block");
                block[..(int)count].CopyTo(content.AsSpan(at));
                block = block[(int)count..];
                at += (int)count;
                continue;
            }

            int copied = kind == 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
            long back = kind == 1 ? ((tag >> 5) << 8) + Number(ref block, 1) : Number(ref block, kind == 2 ? 2 : 4);
            if (back == 0 || back > at || copied > content.Length - at)
                throw new InvalidDataException("a copy from outside its block");
            // A copy may overlap itself, and then repeats.
            for (int i = 0; i < copied; i++, at++)
                content[at] = content[at - (int)back];
        }

        return at == content.Length ? content : throw new InvalidDataException($"{at} bytes instead of {content.Length}");
    }

    private static long Number(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count)
            throw new InvalidDataException("a compressed block that ends early");
        long value = 0;
        for (int i = 0; i < count; i++)
            value |= (long)bytes[i] << (8 * i);
        bytes = bytes[count..];
        return value;
    }
}

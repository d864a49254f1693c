namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// The array of chunk addresses that the newest format uses for datasets of a fixed shape; long ones are split into pages.
/// </summary>
internal static class Hdf5FixedArray
{
    private const int PrefixLength = 14;
    private const int ChecksumLength = 4;

    /// <summary>Reads the elements in order; those of pages that were never written come as undefined addresses.</summary>
    public static IEnumerable<byte[]> Read(Hdf5Source source, ulong address, bool filtered)
    {
        (int elementLength, int pageBits, ulong count, ulong block) = ReadHeader(source, address, filtered);
        if (!Hdf5Source.IsDefined(block))
            yield break;
        ulong pageLength = 1UL << pageBits;
        if (count <= pageLength)
        {
            byte[] all = ReadBlock(source, block, PrefixLength + (count * (ulong)elementLength) + ChecksumLength);
            for (ulong i = 0; i < count; i++)
                yield return all.AsSpan(PrefixLength + ((int)i * elementLength), elementLength).ToArray();
            yield break;
        }

        ulong pages = (count + pageLength - 1) / pageLength;
        ulong bitmapLength = (pages + 7) / 8;
        byte[] head = ReadBlock(source, block, PrefixLength + bitmapLength + ChecksumLength);
        ulong pageAddress = block + (ulong)head.Length;
        byte[] unwritten = new byte[elementLength];
        unwritten.AsSpan(0, 8).Fill(0xff);
        for (ulong page = 0; page < pages; page++)
        {
            ulong inPage = Math.Min(pageLength, count - (page * pageLength));
            bool written = (head[PrefixLength + (int)(page / 8)] & (0x80 >> (int)(page % 8))) != 0;
            byte[] bytes = written ? source.Read(pageAddress, (inPage * (ulong)elementLength) + ChecksumLength, "chunk index page") : [];
            if (written)
                Hdf5Checksum.Verify(source, bytes, "chunk index page");
            for (ulong i = 0; i < inPage; i++)
                yield return written ? bytes.AsSpan((int)i * elementLength, elementLength).ToArray() : unwritten;
            pageAddress += (pageLength * (ulong)elementLength) + ChecksumLength;
        }
    }

    private static (int ElementLength, int PageBits, ulong Count, ulong Block) ReadHeader(Hdf5Source source, ulong address, bool filtered)
    {
        byte[] bytes = source.Read(address, 28, "chunk index");
        var cursor = new Hdf5Cursor(source, bytes, "chunk index");
        cursor.Signature("FAHD"u8);
        cursor.Version(0);
        Hdf5Checksum.Verify(source, bytes, "chunk index");
        bool isFiltered = cursor.U8() == 1;
        int elementLength = cursor.U8();
        int pageBits = cursor.U8();
        ulong count = cursor.U64();
        ulong block = cursor.U64();
        if (isFiltered != filtered || (filtered ? elementLength is < 13 or > 20 : elementLength != 8) || pageBits > 24)
            throw source.Damaged($"a chunk index with elements of {elementLength} bytes", filtered ? "13 to 20 bytes" : "8 bytes");
        if (count > (ulong)source.Length)
            throw source.Damaged($"a chunk index of {count} chunks", $"no more than the file's {source.Length} bytes can list");
        return (elementLength, pageBits, count, block);
    }

    private static byte[] ReadBlock(Hdf5Source source, ulong address, ulong length)
    {
        byte[] bytes = source.Read(address, length, "chunk index block");
        new Hdf5Cursor(source, bytes, "chunk index block").Signature("FADB"u8);
        Hdf5Checksum.Verify(source, bytes, "chunk index block");
        return bytes;
    }
}

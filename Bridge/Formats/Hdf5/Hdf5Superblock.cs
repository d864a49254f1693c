namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// Finds the begin of the HDF5 content and the root group, and refuses what is no complete HDF5 file before anything else is looked at.
/// </summary>
internal static class Hdf5Superblock
{
    private static ReadOnlySpan<byte> FileSignature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>Sets the base address of the source and returns the address of the root group's object header.</summary>
    public static ulong Read(Hdf5Source source)
    {
        long start = FindSignature(source);
        source.BaseAddress = start;
        int length = (int)Math.Min(128, source.Length - start);
        byte[] bytes = source.Read(0, (ulong)length, "superblock");
        var cursor = new Hdf5Cursor(source, bytes, "superblock");
        cursor.Skip(8);
        byte version = cursor.Version(0, 1, 2, 3);
        return version < 2 ? ReadOld(source, ref cursor, version) : ReadNew(source, ref cursor, bytes);
    }

    /// <summary>The signature stands at 0 or behind a user block of 512, 1024, 2048, ... bytes.</summary>
    private static long FindSignature(Hdf5Source source)
    {
        for (long position = 0; position <= source.Length - FileSignature.Length; position = position == 0 ? 512 : position * 2)
        {
            source.BaseAddress = position;
            if (source.Read(0, (ulong)FileSignature.Length, "signature").AsSpan().SequenceEqual(FileSignature))
                return position;
        }
        source.BaseAddress = 0;
        throw NotHdf5(source);
    }

    private static FileFormatException NotHdf5(Hdf5Source source)
    {
        const string Expected = "an HDF5 file, which begins with the signature \\x89HDF\\r\\n\\x1a\\n";
        if (source.Length == 0)
            return source.Fail("the file is empty", Expected, "Save the model again.");
        byte[] head = source.Read(0, (ulong)Math.Min(4, source.Length), "begin");
        if (head.AsSpan().StartsWith("PK\x03\x04"u8))
            return source.Fail("this is a zip archive, as .keras and .npz files are, not HDF5", Expected,
                "Give the file the extension of its format, .keras or .npz.");
        if (head.AsSpan().StartsWith(FileSignature[..head.Length]))
            return source.Fail($"the file ends after {source.Length} bytes, inside its signature", Expected,
                "The file is truncated; copy or save it again.");
        return source.Fail("no HDF5 signature in the file", Expected, "Check that this is the file that Keras saved.");
    }

    private static ulong ReadOld(Hdf5Source source, ref Hdf5Cursor cursor, byte version)
    {
        cursor.Skip(4);
        CheckSizes(source, cursor.U8(), cursor.U8());
        cursor.Skip(1 + 2 + 2 + 4);
        if (version == 1)
            cursor.Skip(4);
        ulong baseAddress = cursor.U64();
        cursor.Skip(8);
        ulong endOfFile = cursor.U64();
        if (Hdf5Source.IsDefined(cursor.U64()))
            throw source.Unsupported("one part of a file that is split over several", "a file that is complete in itself");
        CheckEnd(source, baseAddress, endOfFile);
        cursor.Skip(8);
        return cursor.U64();
    }

    private static ulong ReadNew(Hdf5Source source, ref Hdf5Cursor cursor, byte[] bytes)
    {
        CheckSizes(source, cursor.U8(), cursor.U8());
        cursor.Skip(1);
        ulong baseAddress = cursor.U64();
        cursor.Skip(8);
        ulong endOfFile = cursor.U64();
        ulong root = cursor.U64();
        cursor.Skip(4);
        Hdf5Checksum.Verify(source, bytes.AsSpan(0, cursor.Position), "superblock");
        CheckEnd(source, baseAddress, endOfFile);
        return root;
    }

    private static void CheckSizes(Hdf5Source source, byte offsets, byte lengths)
    {
        if (offsets != 8 || lengths != 8)
            throw source.Unsupported($"addresses of {offsets} and lengths of {lengths} bytes", "8 bytes each");
    }

    /// <summary>
    /// The base address is that of the signature; 0 is also met, where a user block was put in front later. The end is counted from the
    /// file's begin, as the base is.
    /// </summary>
    private static void CheckEnd(Hdf5Source source, ulong baseAddress, ulong endOfFile)
    {
        ulong start = (ulong)source.BaseAddress;
        if (baseAddress != start && baseAddress != 0)
            throw source.Damaged($"base address {baseAddress} in the superblock", $"{start}, where the superblock is");
        UInt128 end = (UInt128)endOfFile + (start - baseAddress);
        if (end > (UInt128)(ulong)source.Length)
            throw source.Fail($"the file is truncated: it has {source.Length} bytes",
                $"{end} bytes, the end-of-file address in the superblock", "Copy or save the file again.");
    }
}

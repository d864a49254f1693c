using System.Buffers.Binary;
using System.Text;

namespace TfLbfgs.Formats;

/// <summary>Recognizes files by their first bytes, never by their names.</summary>
public static class FileProbe
{
    private const int HeadLength = 4096;
    private const int TailLength = 48;

    private static ReadOnlySpan<byte> Hdf5Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>Recognizes a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it is.</returns>
    /// <exception cref="FileFormatException">There is no such file, or it cannot be read.</exception>
    public static FileKind Recognize(string path) => FileErrors.Guard(path, () =>
    {
        if (Directory.Exists(path))
            return FileKind.Folder;
        FileInfo info = new(path);
        if (!info.Exists)
            throw new FileFormatException(path, "/", "no such file", "a file that exists", "Check the path.");
        // A pipe or device has the length 0 too, and must not be opened: that waits for a writer.
        if (info.Length == 0)
            return FileKind.Empty;
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Recognize(stream);
    });

    /// <summary>Recognizes the content of a stream.</summary>
    /// <param name="stream">Readable and seekable; its position changes.</param>
    /// <returns>What it is.</returns>
    public static FileKind Recognize(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] head = Read(stream, 0, HeadLength);
        if (head.Length == 0)
            return FileKind.Empty;
        return OfHead(head) ?? (HasHdf5Signature(stream) ? FileKind.Hdf5 : (FileKind?)null) ?? OfTail(Read(stream, Math.Max(0, stream.Length - TailLength), TailLength))
            ?? (IsText(head) ? FileKind.Text : FileKind.Unknown);
    }

    private static FileKind? OfHead(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(Hdf5Signature[..Math.Min(head.Length, 8)]))
            return FileKind.Hdf5;
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return FileKind.Zip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            return FileKind.Npy;
        if (head.StartsWith("version https://git-lfs"u8))
            return FileKind.GitLfsPointer;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return FileKind.Gzip;
        if (head.Length > 8 && head[4..].StartsWith("TFL3"u8))
            return FileKind.TensorFlowLite;
        if (head.Length > 262 && head[257..].StartsWith("ustar"u8))
            return FileKind.Tar;
        // Protocol 2 and later begin with their number; protocol 0 begins with the opcode of what it holds.
        if (head.Length > 2 && head[0] == 0x80 && head[1] is >= 1 and <= 5)
            return FileKind.Pickle;
        if (head.StartsWith("(dp0"u8) || head.StartsWith("(lp0"u8) || head.StartsWith("ccopy_reg"u8) || head.StartsWith("cnumpy"u8))
            return FileKind.Pickle;
        if (head.Length > 9 && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 1 and < 1 << 27 && head[8..].StartsWith("{\""u8))
            return FileKind.Safetensors;
        ReadOnlySpan<byte> text = head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? head[3..] : head;
        text = text.TrimStart(" \t\r\n"u8);
        if (text.Length > 0 && text[0] == '{' && IsText(head))
            return FileKind.Json;
        return text.Length > 5 && text[0] == '<' && Encoding.ASCII.GetString(text[..Math.Min(text.Length, 64)]).Contains("html", StringComparison.OrdinalIgnoreCase) ? FileKind.Html : (FileKind?)null;
    }

    // The footer of a table: its magic number stands in the last eight bytes.
    private static FileKind? OfTail(ReadOnlySpan<byte> tail) =>
        tail.Length == TailLength && BinaryPrimitives.ReadUInt64LittleEndian(tail[^8..]) == 0xdb4775248b80fb57 ? FileKind.CheckpointIndex : (FileKind?)null;

    // Behind a user block of 512, 1024, ... bytes.
    private static bool HasHdf5Signature(Stream stream)
    {
        for (long position = 512; position <= stream.Length - 8; position *= 2)
        {
            if (Read(stream, position, 8).AsSpan().SequenceEqual(Hdf5Signature))
                return true;
        }

        return false;
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (byte b in head)
        {
            if (b < 32 && b is not ((byte)'\t' or (byte)'\r' or (byte)'\n' or 27))
                return false;
        }

        return true;
    }

    private static byte[] Read(Stream stream, long position, int length)
    {
        byte[] bytes = new byte[Math.Min(length, Math.Max(0, stream.Length - position))];
        stream.Position = position;
        stream.ReadExactly(bytes);
        return bytes;
    }
}

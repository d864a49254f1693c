using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace TfLbfgs.Formats;

/// <summary>Recognizes files by their first bytes, never by their names.</summary>
public static partial class FileProbe
{
    private const int HeadLength = 4096;
    private const int TailLength = 48;

    private static ReadOnlySpan<byte> Hdf5Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    private static readonly (byte[] Signature, int At, FileKind Kind)[] Signatures =
    [
        ([.. "PK\x03\x04"u8], 0, FileKind.Zip),
        ([.. "PK\x05\x06"u8], 0, FileKind.Zip),
        ([0x93, .. "NUMPY"u8], 0, FileKind.Npy),
        ([.. "version https://git-lfs"u8], 0, FileKind.GitLfsPointer),
        ([0x1f, 0x8b], 0, FileKind.Gzip),
        ([.. "7z"u8, 0xbc, 0xaf], 0, FileKind.Compressed),
        ([.. "BZh"u8], 0, FileKind.Compressed),
        ([.. "Rar!"u8], 0, FileKind.Compressed),
        ([0xfd, .. "7zXZ"u8, 0], 0, FileKind.Compressed),
        ([0x28, 0xb5, 0x2f, 0xfd], 0, FileKind.Compressed),
        ([0x89, .. "PNG"u8], 0, FileKind.Image),
        ([0xff, 0xd8, 0xff], 0, FileKind.Image),
        ([.. "GIF8"u8], 0, FileKind.Image),
        ([.. "%PDF"u8], 0, FileKind.Pdf),
        ([.. "GGUF"u8], 0, FileKind.Gguf),
        ([.. "MATLAB 5.0 MAT-file"u8], 0, FileKind.Matlab),
        ([.. "TFL3"u8], 4, FileKind.TensorFlowLite),
        ([.. "ustar"u8], 257, FileKind.Tar),
        // A pickle that begins with the number of PyTorch.
        ([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19], 0, FileKind.PyTorch),
    ];

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
        return OfHead(head) ?? (HasHdf5Signature(stream) ? FileKind.Hdf5 : (FileKind?)null)
            ?? (IsText(head)
                ? OfText(head) : OfTail(Read(stream, Math.Max(0, stream.Length - TailLength), TailLength)) ?? ProtoProbe.Recognize(stream))
            ?? FileKind.Unknown;
    }

    private static FileKind? OfHead(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(Hdf5Signature[..Math.Min(head.Length, 8)]))
            return FileKind.Hdf5;
        foreach ((byte[] signature, int at, FileKind kind) in Signatures)
        {
            if (head.Length > at && head[at..].StartsWith(signature))
                return kind;
        }

        // A record of a log: its length and checksum, then the version.
        if (head.Length > 32 && head[12..Math.Min(head.Length, 64)].IndexOf("brain.Event:"u8) >= 0)
            return FileKind.EventLog;
        if (IsPickle(head))
            return FileKind.Pickle;
        if (head.Length > 9 && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 1 and < 1 << 27 && head[8..].StartsWith("{\""u8))
            return FileKind.Safetensors;
        // The version 0.1 or 0.2, and revision 0.
        if (head.Length > 20 && BinaryPrimitives.ReadInt32LittleEndian(head) == 0 && head[4] is 1 or 2
            && head[5..12].IndexOfAnyExcept((byte)0) < 0)
            return FileKind.Darknet;
        ReadOnlySpan<byte> text = head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? head[3..] : head;
        text = text.TrimStart(" \t\r\n"u8);
        if (text.Length > 0 && text[0] == '{' && IsText(head))
            return FileKind.Json;
        return text.Length > 5 && text[0] == '<'
            && Encoding.ASCII.GetString(text[..Math.Min(text.Length, 64)]).Contains("html", StringComparison.OrdinalIgnoreCase)
            ? FileKind.Html : (FileKind?)null;
    }

    // Protocol 2 and later begin with their number; protocol 0 begins with the opcode of what it holds: an object by module and name, or a
    // list or dictionary that is put into the memo.
    private static bool IsPickle(ReadOnlySpan<byte> head)
    {
        if (head.Length > 2 && head[0] == 0x80 && head[1] is >= 1 and <= 5)
            return true;
        return head.Length > 3 && head[0] is (byte)'(' or (byte)'c'
            && PickleOfText().IsMatch(Encoding.Latin1.GetString(head[..Math.Min(head.Length, 200)]));
    }

    private static FileKind OfText(ReadOnlySpan<byte> head) =>
        head.StartsWith("model_checkpoint_path:"u8) ? FileKind.CheckpointState
        : (head.StartsWith("class_name:"u8) || head.StartsWith("backend:"u8)) && head.IndexOf("class_name:"u8) >= 0 ? FileKind.Yaml
        : FileKind.Text;

    // The footer of a table: its magic number stands in the last eight bytes.
    private static FileKind? OfTail(ReadOnlySpan<byte> tail) =>
        tail.Length == TailLength && BinaryPrimitives.ReadUInt64LittleEndian(tail[^8..]) == 0xdb4775248b80fb57 ? FileKind.CheckpointIndex
            : (FileKind?)null;

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

    /// <summary>The bytes from a position on; fewer at the end.</summary>
    internal static byte[] Read(Stream stream, long position, int length)
    {
        byte[] bytes = new byte[Math.Min(length, Math.Max(0, stream.Length - position))];
        stream.Position = position;
        stream.ReadExactly(bytes);
        return bytes;
    }

    [GeneratedRegex(@"\A(?:\([dl]p?\d*\n|c[A-Za-z_][\w.]*\n[A-Za-z_]\w*\n[(pq])")]
    private static partial Regex PickleOfText();
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace TfLbfgs.Formats.Zip;

/// <summary>
/// Reads zip archives within bounds: stored members are read in place, deflated ones are inflated up to the length that they state, and the
/// checksum of each is verified before it is used. Names of members are never used as paths. Not thread-safe. Python:
/// <c>zipfile.ZipFile</c>.
/// </summary>
public sealed class ZipReader : IDisposable
{
    private const int EndLength = 22;
    private const int MaxCommentLength = ushort.MaxValue;
    private const int MaxMembers = 100_000;
    private const int MaxDirectoryLength = 64 << 20;
    private const int Stored = 0;
    private const int Deflated = 8;
    private const int Encrypted = 1;

    // Deflate reaches 1032 at most.
    private const int InflationRatio = 1040;
    private const string CopyAgain = "The archive is damaged or incomplete; copy or save it again.";

    private readonly Stream _stream;
    private readonly string _name;

    private ZipReader(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
        Members = ReadDirectory();
    }

    /// <summary>The members, in the order of the archive's directory.</summary>
    public IReadOnlyList<ZipMember> Members { get; }

    /// <summary>Opens an archive and reads its directory.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The archive, owned by the caller.</returns>
    /// <exception cref="FileFormatException">It cannot be read, or is no sound zip archive.</exception>
    public static ZipReader Open(string path) =>
        FileErrors.Guard(path, () => Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0), path));

    /// <summary>Opens an archive that is in a stream.</summary>
    /// <param name="stream">Readable and seekable; disposed with the archive, also when this fails.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The archive, owned by the caller.</returns>
    /// <exception cref="FileFormatException">It cannot be read, or is no sound zip archive.</exception>
    public static ZipReader Open(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return FileErrors.Guard(name, () =>
        {
            try
            {
                return new ZipReader(stream, name);
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        });
    }

    /// <summary>Finds a member by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The member; null when there is none.</returns>
    public ZipMember? Find(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>
    /// Opens the content of a member, whose checksum was verified, for reading in any order: deflated content is in memory. It can be read
    /// while the archive is open.
    /// </summary>
    /// <param name="member">A member of this archive.</param>
    /// <returns>A seekable stream, owned by the caller.</returns>
    /// <exception cref="FileFormatException">The content is damaged, encrypted or compressed by an unknown method.</exception>
    public Stream OpenMember(ZipMember member) => Open(member, Inflate);

    /// <summary>
    /// Opens the content of a member, whose checksum was verified, for reading from start to end: deflated content is inflated while it is
    /// read, and reading backwards begins anew. It can be read while the archive is open.
    /// </summary>
    /// <param name="member">A member of this archive.</param>
    /// <returns>A seekable stream, owned by the caller.</returns>
    /// <exception cref="FileFormatException">The content is damaged, encrypted or compressed by an unknown method.</exception>
    public Stream OpenSequential(ZipMember member) => Open(member, (_, stored) => new InflatingStream(stored, member.Length));

    /// <summary>Reads the content of a member.</summary>
    /// <param name="member">A member of this archive.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <returns>The content.</returns>
    /// <exception cref="FileFormatException">The content is damaged, or longer than the limit.</exception>
    public byte[] ReadMember(ZipMember member, int limit)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (member.Length > limit)
            throw Fail(member.Name, $"a content of {member.Length} bytes", $"at most {limit} bytes");
        using Stream content = OpenMember(member);
        byte[] bytes = new byte[member.Length];
        content.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Closes the archive.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Builds the exception for a sound archive that is not what the caller needs.</summary>
    /// <param name="member">The member; "/" is the archive as a whole.</param>
    /// <param name="found">What was found, without a full stop.</param>
    /// <param name="expected">What was expected, without a full stop.</param>
    /// <param name="advice">What to do; null: copy or save the archive again.</param>
    /// <returns>The exception.</returns>
    public FileFormatException Fail(string member, string found, string expected, string? advice = null) =>
        new(_name, member, found, expected, advice ?? CopyAgain);

    private static uint Checksum(Stream content)
    {
        byte[] buffer = new byte[(int)Math.Min(Math.Max(1, content.Length), 1 << 18)];
        uint crc = 0;
        for (int count = content.Read(buffer); count > 0; count = content.Read(buffer))
            crc = Crc32.Append(crc, buffer.AsSpan(0, count));
        return crc;
    }

    private Stream Open(ZipMember member, Func<ZipMember, StreamSlice, Stream> inflate)
    {
        ArgumentNullException.ThrowIfNull(member);
        return FileErrors.Guard(_name, () =>
        {
            StreamSlice stored = Locate(member);
            Stream content = member.Method == Stored ? stored : inflate(member, stored);
            if (Checksum(content) is var found && found != member.Checksum)
                throw Fail(member.Name, $"a content with checksum {found:x8}", $"{member.Checksum:x8}, which the archive states");
            if (content is InflatingStream inflated && inflated.HasMore())
                throw Fail(member.Name, "a longer content", $"{member.Length} bytes");
            content.Position = 0;
            return content;
        }, member.Name);
    }

    private StreamSlice Locate(ZipMember member)
    {
        const int HeaderLength = 30;
        if ((member.Flags & Encrypted) != 0)
            throw Fail(member.Name, "an encrypted member", "members without a password",
                "Extract it, and save the model without encryption.");
        byte[] header = Read(member.HeaderAt, HeaderLength, member.Name);
        if (!header.AsSpan().StartsWith("PK\x03\x04"u8))
            throw Fail(member.Name, "no member where the directory says", "its header");
        long start = member.HeaderAt + HeaderLength + U16(header, 26) + U16(header, 28);
        if (start > _stream.Length || member.StoredLength > _stream.Length - start)
            throw Fail(member.Name, $"{member.StoredLength} bytes at {start}, outside the archive of {_stream.Length} bytes",
                "content inside the archive");
        if (member.Method is not (Stored or Deflated))
            throw Fail(member.Name, $"the compression method {member.Method}", "stored or deflated members",
                "Archive the files again without compression.");
        if (member.Method == Stored && member.Length != member.StoredLength)
            throw Fail(member.Name, $"{member.StoredLength} stored bytes", $"{member.Length} bytes");
        if (member.Method == Deflated && member.Length > (member.StoredLength * InflationRatio) + 1024)
            throw Fail(member.Name, $"{member.Length} bytes from {member.StoredLength} compressed ones", "what compression can reach");
        return new StreamSlice(_stream, start, member.StoredLength);
    }

    private MemoryStream Inflate(ZipMember member, StreamSlice stored)
    {
        if (member.Length > Array.MaxLength)
            throw Fail(member.Name, $"a content of {member.Length} bytes", $"at most {Array.MaxLength}, one array");
        byte[] content = new byte[member.Length];
        try
        {
            using DeflateStream deflate = new(stored, CompressionMode.Decompress);
            if (deflate.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length || deflate.ReadByte() >= 0)
                throw Fail(member.Name, "a content of another length", $"{member.Length} bytes");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new FileFormatException(_name, member.Name, "a content that cannot be inflated", "deflated data", CopyAgain, e);
        }

        return new MemoryStream(content, writable: false);
    }

    private List<ZipMember> ReadDirectory()
    {
        (long start, long length, long count) = FindDirectory();
        if (count > MaxMembers || length > MaxDirectoryLength)
            throw Fail("/", $"a directory of {count} members in {length} bytes",
                $"at most {MaxMembers} members in {MaxDirectoryLength} bytes");
        if (start < 0 || length < 0 || start > _stream.Length || length > _stream.Length - start)
            throw Fail("/", "a directory outside the archive", "a directory inside it");
        byte[] directory = Read(start, (int)length, "/");
        List<ZipMember> members = [];
        int at = 0;
        for (long i = 0; i < count; i++)
        {
            const int EntryLength = 46;
            if (directory.Length - at < EntryLength || !directory.AsSpan(at).StartsWith("PK\x01\x02"u8))
                throw Fail("/", $"a directory that ends after {i} members", $"{count} members");
            ReadOnlySpan<byte> entry = directory.AsSpan(at);
            int nameLength = U16(entry, 28), extraLength = U16(entry, 30), commentLength = U16(entry, 32);
            if (entry.Length < EntryLength + nameLength + extraLength + commentLength)
                throw Fail("/", $"a directory that ends inside member {i}", $"{count} members");
            long stored = U32(entry, 20), length64 = U32(entry, 24), header = U32(entry, 42);
            ReadZip64(entry.Slice(EntryLength + nameLength, extraLength), ref length64, ref stored, ref header);
            if (stored < 0 || length64 < 0 || header < 0)
                throw Fail("/", "a member of negative length", "lengths that fit the archive");
            members.Add(new ZipMember(Encoding.UTF8.GetString(entry.Slice(EntryLength, nameLength)), length64)
            {
                StoredLength = stored,
                Flags = U16(entry, 8),
                Method = U16(entry, 10),
                Checksum = U32(entry, 16),
                HeaderAt = header,
            });
            at += EntryLength + nameLength + extraLength + commentLength;
        }

        return members;
    }

    private (long Start, long Length, long Count) FindDirectory()
    {
        int tailLength = (int)Math.Min(_stream.Length, EndLength + MaxCommentLength);
        byte[] tail = Read(_stream.Length - tailLength, tailLength, "/");
        for (int at = tailLength - EndLength; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(at);
            if (!end.StartsWith("PK\x05\x06"u8) || EndLength + U16(end, 20) > end.Length)
                continue;
            (long start, long length, long count) = (U32(end, 16), U32(end, 12), U16(end, 10));
            if (start == uint.MaxValue || length == uint.MaxValue || count == ushort.MaxValue)
                return FindDirectory64(_stream.Length - tailLength + at) ?? (start, length, count);
            return (start, length, count);
        }

        throw Fail("/", $"no directory at the end of the {_stream.Length} bytes", "a complete zip archive",
            "The archive is truncated; copy or save it again.");
    }

    private (long Start, long Length, long Count)? FindDirectory64(long end)
    {
        const int LocatorLength = 20, End64Length = 56;
        if (end < LocatorLength)
            return null;
        byte[] locator = Read(end - LocatorLength, LocatorLength, "/");
        if (!locator.AsSpan().StartsWith("PK\x06\x07"u8))
            return null;
        long at = (long)U64(locator, 8);
        if (at < 0 || at > _stream.Length - End64Length)
            throw Fail("/", "a directory outside the archive", "a directory inside it");
        byte[] end64 = Read(at, End64Length, "/");
        return end64.AsSpan().StartsWith("PK\x06\x06"u8) ? ((long)U64(end64, 48), (long)U64(end64, 40), (long)U64(end64, 32)) : null;
    }

    private static void ReadZip64(ReadOnlySpan<byte> extra, ref long length, ref long stored, ref long header)
    {
        const int Zip64 = 1;
        while (extra.Length >= 4)
        {
            int kind = U16(extra, 0), size = U16(extra, 2);
            if (size > extra.Length - 4)
                return;
            ReadOnlySpan<byte> fields = extra.Slice(4, size);
            extra = extra[(4 + size)..];
            if (kind != Zip64)
                continue;
            Take(ref fields, ref length);
            Take(ref fields, ref stored);
            Take(ref fields, ref header);
        }

        static void Take(ref ReadOnlySpan<byte> fields, ref long value)
        {
            if (value != uint.MaxValue || fields.Length < 8)
                return;
            value = (long)U64(fields, 0);
            fields = fields[8..];
        }
    }

    private byte[] Read(long position, int length, string member)
    {
        if (position < 0 || position > _stream.Length || length > _stream.Length - position)
            throw Fail(member, $"{length} bytes at {position}, outside the archive of {_stream.Length} bytes",
                "content inside the archive");
        byte[] bytes = new byte[length];
        _stream.Position = position;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}

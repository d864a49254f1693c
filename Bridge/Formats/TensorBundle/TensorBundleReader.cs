using System.Buffers.Binary;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.TensorBundle;

/// <summary>
/// Reads the checkpoints of TensorFlow: an index of names, types and places (<c>prefix.index</c>), and the elements in one or more files
/// (<c>prefix.data-00000-of-00001</c>). Arrays are read when they are asked for, and their checksums are verified. Not thread-safe.
/// Python: <c>tf.train.load_checkpoint</c>.
/// </summary>
public sealed class TensorBundleReader : IDisposable
{
    private const string IndexExtension = ".index";
    private const int MaxIndexLength = 256 << 20;
    private const int MaxShards = 10_000;
    private const int MaxRank = 254;
    private const string SaveAgain = "The checkpoint is incomplete or damaged; copy or save all its files again.";

    private readonly string _prefix;
    private readonly int _shards;
    private readonly Dictionary<int, FileStream> _open = [];
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    private TensorBundleReader(string prefix)
    {
        _prefix = prefix;
        _shards = ReadIndex();
    }

    /// <summary>The names of all tensors, sorted.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Opens a checkpoint and checks its index.</summary>
    /// <param name="path">The prefix that its files have, or its index file.</param>
    /// <returns>The checkpoint, owned by the caller.</returns>
    /// <exception cref="FileFormatException">A file is missing or damaged.</exception>
    public static TensorBundleReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string prefix = path.EndsWith(IndexExtension, StringComparison.Ordinal) ? path[..^IndexExtension.Length] : path;
        return FileErrors.Guard(path, () =>
        {
            try
            {
                return new TensorBundleReader(prefix);
            }
            catch (InvalidDataException e)
            {
                throw new FileFormatException(prefix + IndexExtension, "/", e.Message, "the index of a checkpoint", SaveAgain, e);
            }
        });
    }

    /// <summary>The element type of a tensor; null where there is no such tensor.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <returns>The type.</returns>
    public DType? DTypeOf(string name) => _entries.TryGetValue(name, out Entry? entry) ? entry.DType : null;

    /// <summary>
    /// An array over a tensor of numbers or booleans, whose elements are read when they are asked for, while the checkpoint is open.
    /// </summary>
    /// <param name="name">The name of the tensor.</param>
    /// <returns>The array; null where there is none of that name, or one of texts.</returns>
    /// <exception cref="FileFormatException">Its elements are outside the files.</exception>
    public StoredArray? Array(string name) => _entries.TryGetValue(name, out Entry? entry) && entry.DType.Size > 0
        ? FileErrors.Guard(_prefix, () => new BundleArray(this, name, Check(name, entry)), name)
        : null;

    /// <summary>Reads a tensor of one text.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <returns>The bytes of the text; null where there is none of that name.</returns>
    /// <exception cref="FileFormatException">It is damaged.</exception>
    public byte[]? ReadText(string name) => FileErrors.Guard(_prefix, () =>
    {
        if (!_entries.TryGetValue(name, out Entry? entry) || entry.DType != DType.String || entry.Shape.Any(axis => axis != 1))
            return null;
        if (entry.Length > MaxIndexLength)
            throw Fail(name, $"a text of {entry.Length} bytes", $"at most {MaxIndexLength}");
        byte[] stored = new byte[entry.Length];
        ReadInto(name, entry, stored);
        // Its length, the checksum of the length, and the text.
        ReadOnlySpan<byte> rest = stored;
        ulong length;
        try
        {
            length = ProtoReader.Varint(ref rest);
        }
        catch (InvalidDataException e)
        {
            throw new FileFormatException(_prefix, name, e.Message, "a text with its length", SaveAgain, e);
        }

        if (rest.Length < 4 || length != (ulong)(rest.Length - 4))
            throw Fail(name, $"a text of {length} bytes in {stored.Length}", "a text that fits");
        Span<byte> lengthBytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(lengthBytes, (uint)length);
        uint checksum = Crc32C.Mask(Crc32C.Append(Crc32C.Append(0, lengthBytes), rest));
        return checksum == entry.Checksum
            ? rest[4..].ToArray() : throw Fail(name, $"a text with checksum {checksum:x8}", $"{entry.Checksum:x8}, which the index states");
    }, name);

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (FileStream stream in _open.Values)
            stream.Dispose();
    }

    private FileFormatException Fail(string name, string found, string expected) => new(_prefix, name, found, expected, SaveAgain);

    private int ReadIndex()
    {
        string index = _prefix + IndexExtension;
        FileInfo info = new(index);
        if (!info.Exists)
            throw new FileFormatException(index, "/", "no such file", "the index of a checkpoint", SaveAgain);
        if (info.Length > MaxIndexLength)
            throw new FileFormatException(index, "/", $"an index of {info.Length} bytes", $"at most {MaxIndexLength}", SaveAgain);
        int shards = 0;
        foreach ((string key, byte[] value) in TableReader.Read(File.ReadAllBytes(index)))
        {
            if (key.Length == 0)
            {
                shards = ReadHeader(value);
                continue;
            }

            _entries[key] = ReadEntry(value);
            _names.Add(key);
        }

        return shards is > 0 and <= MaxShards ? shards : throw new InvalidDataException($"an index of {shards} data files");
    }

    private static int ReadHeader(ReadOnlySpan<byte> message)
    {
        int shards = 0;
        ProtoReader header = new(message);
        while (header.Read())
        {
            if (header.Field == 1)
                shards = (int)Math.Min(header.Number, int.MaxValue);
            else if (header.Field == 2 && header.Number != 0)
                throw new InvalidDataException("a checkpoint of a big-endian machine");
        }

        return shards;
    }

    private static Entry ReadEntry(ReadOnlySpan<byte> message)
    {
        DType dtype = DType.Invalid;
        long[] shape = [];
        ulong shard = 0, offset = 0, length = 0;
        uint checksum = 0;
        bool isSliced = false;
        ProtoReader entry = new(message);
        while (entry.Read())
        {
            switch (entry.Field)
            {
                case 1:
                    dtype = (DType)(int)Math.Min(entry.Number, int.MaxValue);
                    break;
                case 2:
                    shape = ReadShape(entry.Bytes);
                    break;
                case 3:
                    shard = entry.Number;
                    break;
                case 4:
                    offset = entry.Number;
                    break;
                case 5:
                    length = entry.Number;
                    break;
                case 6:
                    checksum = (uint)entry.Number;
                    break;
                case 7:
                    isSliced = true;
                    break;
            }
        }

        if (isSliced || offset > long.MaxValue || length > long.MaxValue || shard >= MaxShards)
            throw new InvalidDataException(isSliced ? "a tensor in slices, which is not supported" : "a tensor outside the files");
        return new Entry(dtype, shape, (int)shard, (long)offset, (long)length, checksum);
    }

    private static long[] ReadShape(ReadOnlySpan<byte> message)
    {
        List<long> axes = [];
        ProtoReader shape = new(message);
        while (shape.Read())
        {
            if (shape.Field != 2)
                continue;
            long size = 0;
            ProtoReader axis = new(shape.Bytes);
            while (axis.Read())
            {
                if (axis.Field == 1)
                    size = (long)axis.Number;
            }

            if (size < 0 || axes.Count >= MaxRank)
                throw new InvalidDataException("a shape that is not known");
            axes.Add(size);
        }

        return [.. axes];
    }

    private Entry Check(string name, Entry entry)
    {
        Int128 length = entry.DType.Size;
        foreach (long axis in entry.Shape)
            length = Int128.Min(length * axis, long.MaxValue);
        if (length != entry.Length || length > System.Array.MaxLength)
            throw Fail(name, $"{entry.Length} bytes for {entry.DType.PythonName} {StoredArray.Describe(entry.Shape)}", $"{length} bytes");
        _ = Shard(name, entry);
        return entry;
    }

    private FileStream Shard(string name, Entry entry)
    {
        if (entry.Shard >= _shards)
            throw Fail(name, $"data file {entry.Shard}", $"one of {_shards}");
        string path = FormattableString.Invariant($"{_prefix}.data-{entry.Shard:D5}-of-{_shards:D5}");
        if (!_open.TryGetValue(entry.Shard, out FileStream? stream))
        {
            if (!File.Exists(path))
                throw new FileFormatException(path, "/", "no such file", "the data of the checkpoint", SaveAgain);
            _open[entry.Shard] = stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }

        if (entry.Offset > stream.Length || entry.Length > stream.Length - entry.Offset)
            throw new FileFormatException(path, name, $"{entry.Length} bytes at {entry.Offset}, outside the file of {stream.Length} bytes",
                "a complete file", SaveAgain);
        return stream;
    }

    private void ReadInto(string name, Entry entry, Span<byte> bytes)
    {
        FileStream stream = Shard(name, entry);
        stream.Position = entry.Offset;
        stream.ReadExactly(bytes);
        // That of texts is made of other bytes.
        if (entry.DType != DType.String && Crc32C.Masked(bytes) is var found && found != entry.Checksum)
            throw Fail(name, $"elements with checksum {found:x8}", $"{entry.Checksum:x8}, which the index states");
    }

    private sealed record Entry(DType DType, IReadOnlyList<long> Shape, int Shard, long Offset, long Length, uint Checksum);

    private sealed class BundleArray(TensorBundleReader bundle, string name, Entry entry) : StoredArray(entry.DType, entry.Shape)
    {
        public override void Read(Span<byte> destination)
        {
            try
            {
                bundle.ReadInto(name, entry, destination[..ByteCount]);
            }
            catch (Exception e) when (e is not FileFormatException)
            {
                throw FileErrors.Translate(e, bundle._prefix, name);
            }
        }
    }
}

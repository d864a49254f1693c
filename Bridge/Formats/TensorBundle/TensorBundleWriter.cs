using System.Buffers.Binary;
using System.Text;
using TfLbfgs.IO;

namespace TfLbfgs.Formats.TensorBundle;

/// <summary>
/// Writes a checkpoint of TensorFlow in one shard: <c>prefix.index</c> and <c>prefix.data-00000-of-00001</c>. Arrays are read one at a
/// time while the data are written. Python: what <c>tf.raw_ops.SaveV2</c> writes.
/// </summary>
public sealed class TensorBundleWriter
{
    private readonly Dictionary<string, object> _entries = new(StringComparer.Ordinal);

    /// <summary>Adds an array.</summary>
    /// <param name="name">The key, which no other entry has.</param>
    /// <param name="array">The array, whose elements are read when the checkpoint is written.</param>
    /// <exception cref="TfLbfgsException">The name is empty or taken.</exception>
    public void Add(string name, StoredArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        AddEntry(name, array);
    }

    /// <summary>Adds a scalar of the type string.</summary>
    /// <param name="name">The key, which no other entry has.</param>
    /// <param name="text">Its bytes; not copied.</param>
    /// <exception cref="TfLbfgsException">The name is empty or taken.</exception>
    public void AddText(string name, byte[] text)
    {
        ArgumentNullException.ThrowIfNull(text);
        AddEntry(name, text);
    }

    /// <summary>
    /// Writes the checkpoint. Both files are complete and flushed before the first is put in its place, the data before the index, so a
    /// failure while they are written leaves an older checkpoint as it was.
    /// </summary>
    /// <param name="prefix">The path without extensions, in a folder that exists.</param>
    /// <param name="flushToDisk">Whether to wait until the disk has the file, so that it outlasts a failure of the machine.</param>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public void Write(string prefix, bool flushToDisk = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        List<(byte[] Key, byte[] Value)> index = [([], Header())];
        using AtomicFile data = AtomicFile.Prepare($"{prefix}.data-00000-of-00001", stream =>
        {
            long at = 0;
            // Keys are sorted by their bytes, and TensorFlow writes the tensors in that order.
            foreach ((byte[] key, object value) in _entries.Select(entry => (Encoding.UTF8.GetBytes(entry.Key), entry.Value))
                .OrderBy(entry => entry.Item1, ByteOrder))
            {
                using ChecksumStream part = new(stream);
                if (value is StoredArray array)
                {
                    array.WriteTo(part);
                    index.Add((key, Entry((ulong)array.DType, array.Shape, at, part.Length, part.Checksum)));
                }
                else
                {
                    index.Add((key, Entry((ulong)Runtime.DType.String, [], at, WriteText(part, (byte[])value), part.Checksum)));
                }

                at += part.Length;
            }
        }, flushToDisk);
        using AtomicFile table = AtomicFile.Prepare($"{prefix}.index", stream => TableWriter.Write(stream, index), flushToDisk);
        data.Commit();
        table.Commit();
    }

    private static readonly Comparer<byte[]> ByteOrder = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));

    private void AddEntry(string name, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_entries.TryAdd(name, value))
            throw new TfLbfgsException($"Expected different names in a checkpoint, received '{name}' twice.");
    }

    // A checksum is that of the length as a number of 4 bytes, of the length's own checksum and of the text.
    private static long WriteText(ChecksumStream stream, byte[] text)
    {
        using MemoryStream length = new();
        ProtoWriter.Varint(length, (ulong)text.Length);
        stream.WriteUnchecked(length.ToArray());
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)text.Length);
        stream.AddToChecksum(number);
        BinaryPrimitives.WriteUInt32LittleEndian(number, Crc32C.Masked(number));
        stream.Write(number);
        stream.Write(text);
        return stream.Length;
    }

    private static byte[] Header()
    {
        ProtoWriter version = new();
        version.Number(1, 1);
        ProtoWriter header = new();
        header.Number(1, 1);
        header.Bytes(3, version.ToArray());
        return header.ToArray();
    }

    private static byte[] Entry(ulong dtype, IReadOnlyList<long> dims, long at, long length, uint checksum)
    {
        ProtoWriter shape = new();
        foreach (long dim in dims)
        {
            ProtoWriter axis = new();
            axis.Number(1, (ulong)dim);
            shape.Bytes(2, axis.ToArray());
        }

        ProtoWriter entry = new();
        entry.Number(1, dtype);
        entry.Bytes(2, shape.ToArray());
        if (at > 0)
            entry.Number(4, (ulong)at);
        entry.Number(5, (ulong)length);
        entry.Fixed32(6, Crc32C.Mask(checksum));
        return entry.ToArray();
    }

    /// <summary>Passes bytes on and computes their checksum.</summary>
    private sealed class ChecksumStream(Stream inner) : Stream
    {
        private long _length;

        public uint Checksum { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new InvalidOperationException("The stream is written in order.");
        }

        public void AddToChecksum(ReadOnlySpan<byte> bytes) => Checksum = Crc32C.Append(Checksum, bytes);

        public void WriteUnchecked(ReadOnlySpan<byte> bytes)
        {
            inner.Write(bytes);
            _length += bytes.Length;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            AddToChecksum(buffer);
            WriteUnchecked(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new InvalidOperationException("The stream is written only.");

        public override long Seek(long offset, SeekOrigin origin) => throw new InvalidOperationException("The stream is written in order.");

        public override void SetLength(long value) => throw new InvalidOperationException("The stream is written in order.");
    }
}

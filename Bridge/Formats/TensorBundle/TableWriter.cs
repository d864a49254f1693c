using System.Buffers.Binary;

namespace TfLbfgs.Formats.TensorBundle;

/// <summary>
/// Writes a table of keys and values in the format of LevelDB, as <see cref="TableReader"/> reads it, without compression.
/// </summary>
internal static class TableWriter
{
    private const int BlockSize = 256 << 10;
    private const int RestartInterval = 16;
    private const int FooterLength = 48;

    /// <summary>Writes all entries.</summary>
    /// <param name="stream">Receives the table from its current position on.</param>
    /// <param name="entries">The entries, sorted by the bytes of their keys.</param>
    public static void Write(Stream stream, IEnumerable<(byte[] Key, byte[] Value)> entries)
    {
        ulong at = 0;
        Block block = new(), index = new();
        byte[] last = [];
        foreach ((byte[] key, byte[] value) in entries)
        {
            if (block.Length >= BlockSize)
            {
                index.Add(last, Handle(WriteBlock(stream, block, ref at)));
                block = new Block();
            }

            block.Add(key, value);
            last = key;
        }

        index.Add(last, Handle(WriteBlock(stream, block, ref at)));
        byte[] meta = Handle(WriteBlock(stream, new Block(), ref at));
        byte[] indexHandle = Handle(WriteBlock(stream, index, ref at));
        byte[] footer = new byte[FooterLength];
        meta.CopyTo(footer, 0);
        indexHandle.CopyTo(footer, meta.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(footer.AsSpan(FooterLength - 8), TableReader.Magic);
        stream.Write(footer);
    }

    private static (ulong At, ulong Length) WriteBlock(Stream stream, Block block, ref ulong at)
    {
        byte[] bytes = block.Finish();
        // Content and type, 0 for no compression, and the checksum of both.
        byte[] whole = new byte[bytes.Length + 5];
        bytes.CopyTo(whole, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(bytes.Length + 1), Crc32C.Masked(whole.AsSpan(0, bytes.Length + 1)));
        stream.Write(whole);
        (ulong At, ulong Length) place = (at, (ulong)bytes.Length);
        at += (ulong)whole.Length;
        return place;
    }

    private static byte[] Handle((ulong At, ulong Length) place)
    {
        using MemoryStream handle = new();
        ProtoWriter.Varint(handle, place.At);
        ProtoWriter.Varint(handle, place.Length);
        return handle.ToArray();
    }

    /// <summary>Sorted entries, of which each states how much of its key is that of the one before.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001",
        Justification = "A stream in memory holds nothing that must be freed.")]
    private sealed class Block
    {
        private readonly MemoryStream _bytes = new();
        private readonly List<uint> _restarts = [];
        private byte[] _last = [];
        private int _count;

        public long Length => _bytes.Length;

        public void Add(byte[] key, byte[] value)
        {
            int shared = _count % RestartInterval == 0 ? 0 : key.AsSpan().CommonPrefixLength(_last);
            if (_count++ % RestartInterval == 0)
                _restarts.Add((uint)_bytes.Length);
            ProtoWriter.Varint(_bytes, (ulong)shared);
            ProtoWriter.Varint(_bytes, (ulong)(key.Length - shared));
            ProtoWriter.Varint(_bytes, (ulong)value.Length);
            _bytes.Write(key.AsSpan(shared));
            _bytes.Write(value);
            _last = key;
        }

        public byte[] Finish()
        {
            Span<byte> number = stackalloc byte[4];
            foreach (uint restart in _restarts.Count > 0 ? _restarts : [0])
            {
                BinaryPrimitives.WriteUInt32LittleEndian(number, restart);
                _bytes.Write(number);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)Math.Max(1, _restarts.Count));
            _bytes.Write(number);
            return _bytes.ToArray();
        }
    }
}

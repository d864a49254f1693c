using System.Runtime.CompilerServices;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// The bytes of a file, read within bounds and within a budget. All parsing goes through it, so that no address or length from the file is
/// trusted, and no structure, however entangled, is walked forever. It knows which object is being read and builds the exception that
/// names it. Not thread-safe.
/// </summary>
internal sealed class Hdf5Source : IDisposable
{
    public const ulong Undefined = ulong.MaxValue;
    private const int BlockSize = 1 << 16;
    private const int MaxBlocks = 256;
    private const string SaveAgain = "The file is damaged or was not written by Keras; save the model again.";

    private readonly Stream _stream;
    private readonly Dictionary<long, byte[]> _blocks = [];
    private long _budget;
    private UInt128 _dataBudget;

    /// <summary>Takes the stream over.</summary>
    /// <param name="stream">Readable and seekable.</param>
    /// <param name="fileName">The file as messages name it.</param>
    public Hdf5Source(Stream stream, string fileName)
    {
        _stream = stream;
        FileName = fileName;
        Length = stream.Length;
        _budget = Hdf5Limits.Metadata(Length);
        _dataBudget = Hdf5Limits.ReadData(Length);
    }

    public string FileName { get; }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; }

    /// <summary>Where address 0 is: behind the user block, if there is one.</summary>
    public long BaseAddress { get; set; }

    /// <summary>The object that is being read, for messages.</summary>
    public string Where { get; set; } = "/";

    public static bool IsDefined(ulong address) => address != Undefined;

    /// <summary>Reads a piece of structure at an address.</summary>
    public byte[] Read(ulong address, ulong length, string what)
    {
        long position = Locate(address, length, what);
        Charge(length);
        byte[] bytes = new byte[length];
        if (length <= BlockSize)
            ReadThroughBlocks(position, bytes);
        else
            ReadStream(position, bytes);
        return bytes;
    }

    /// <summary>
    /// Reads data at an address. Costs no budget beyond the read itself: the amount of data is bounded by what the file may declare.
    /// </summary>
    public void ReadData(ulong address, Span<byte> bytes, string what)
    {
        long position = Locate(address, (ulong)bytes.Length, what);
        Charge(0);
        ReadStream(position, bytes);
    }

    /// <summary>A position as a place of the file below, which other threads may read; null where the stream is in memory.</summary>
    public FileRange? RangeAt(long position) => FileRange.Of(_stream, position);

    /// <summary>Fails unless the range lies within the file.</summary>
    public long Locate(ulong address, ulong length, string what)
    {
        ulong available = (ulong)(Length - BaseAddress);
        if (address == Undefined || address > available || length > available - address)
            throw Damaged($"{what} of {length} bytes at address {(address == Undefined ? "\"undefined\"" : address)}, outside the file "
                + $"of {Length} bytes", "an address inside the file");
        return BaseAddress + (long)address;
    }

    /// <summary>Fails when little stack is left: a file must not be able to end the process.</summary>
    public void GuardStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Damaged("structure nested too deeply for the stack", "groups that are nested as layers are");
    }

    /// <summary>Damage: the file contradicts the format.</summary>
    public FileFormatException Damaged(string found, string expected, Exception? cause = null) => Fail(found, expected, SaveAgain, cause);

    /// <summary>A legal file that uses what Keras does not write.</summary>
    public FileFormatException Unsupported(string found, string expected) =>
        Fail(found, expected, "Keras does not write this; save the model again with Keras, or copy it with h5repack without that feature.");

    public FileFormatException Fail(string found, string expected, string advice, Exception? cause = null) =>
        new(FileName, Where, found, expected, advice, cause);

    /// <summary>
    /// Spends budget on bytes of data before they are allocated: a dataset may have many names, and a chunk may be larger than what the
    /// dataset takes from it.
    /// </summary>
    public void ChargeData(UInt128 length)
    {
        if (length > _dataBudget)
            throw Damaged($"more data than {Hdf5Limits.ReadData(Length)} bytes are read from a file of {Length} bytes",
                "data that are stored once");
        _dataBudget -= length;
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Spends budget on bytes of structure or text; many references to one text cost as much as many texts.</summary>
    public void Charge(ulong length)
    {
        _budget -= Hdf5Limits.ReadCost + (long)length;
        if (_budget < 0)
            throw Damaged("the structure refers to itself again and again",
                $"structure that is read with at most {Hdf5Limits.Metadata(Length)} bytes");
    }

    private void ReadThroughBlocks(long position, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            long index = position / BlockSize;
            int offset = (int)(position % BlockSize);
            byte[] block = Block(index);
            int count = Math.Min(bytes.Length, block.Length - offset);
            if (count <= 0)
                throw Damaged("the file became shorter while it was read", $"{Length} bytes");
            block.AsSpan(offset, count).CopyTo(bytes);
            bytes = bytes[count..];
            position += count;
        }
    }

    private byte[] Block(long index)
    {
        if (_blocks.TryGetValue(index, out byte[]? block))
            return block;
        if (_blocks.Count >= MaxBlocks)
            _blocks.Clear();
        block = new byte[Math.Min(BlockSize, Length - (index * BlockSize))];
        ReadStream(index * BlockSize, block);
        _blocks[index] = block;
        return block;
    }

    private void ReadStream(long position, Span<byte> bytes)
    {
        try
        {
            _stream.Position = position;
            _stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw Damaged("the file became shorter while it was read", $"{Length} bytes", e);
        }
    }
}

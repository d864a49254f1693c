using System.Numerics;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>
/// The heap in which newer files keep the links or attributes of an object that has more than eight. Its blocks form one address space,
/// ordered by the heap's doubling table: rows of
/// <c>width</c> blocks each, whose size doubles from row to row after the second.
/// </summary>
internal sealed class Hdf5FractalHeap
{
    private readonly Hdf5Source _source;
    private readonly ulong _rootBlock;
    private readonly int _rootRows;
    private readonly int _width;
    private readonly ulong _startingBlock;
    private readonly ulong _maxDirectBlock;
    private readonly int _offsetBytes;
    private readonly int _lengthBytes;

    private Hdf5FractalHeap(Hdf5Source source, ref Hdf5Cursor cursor)
    {
        _source = source;
        IdLength = cursor.U16();
        int filterLength = cursor.U16();
        cursor.Skip(1);
        uint maxObject = cursor.U32();
        cursor.Skip(12 * 8);
        _width = cursor.U16();
        _startingBlock = cursor.U64();
        _maxDirectBlock = cursor.U64();
        int heapBits = cursor.U16();
        cursor.Skip(2);
        _rootBlock = cursor.U64();
        _rootRows = cursor.U16();
        _offsetBytes = (heapBits + 7) / 8;
        if (filterLength != 0)
            throw source.Unsupported("a heap of compressed names or attributes", "names and attributes as they are");
        if (_width == 0 || !BitOperations.IsPow2(_startingBlock) || !BitOperations.IsPow2(_maxDirectBlock)
            || _maxDirectBlock < _startingBlock || _maxDirectBlock > 1UL << 32
            || heapBits is 0 or > 64 || _rootRows > 64)
            throw source.Damaged("a heap whose table of blocks is impossible", "block sizes that are powers of two and fit the file");
        _lengthBytes = (BitOperations.Log2(Math.Max(1, Math.Min(_maxDirectBlock, maxObject))) / 8) + 1;
    }

    /// <summary>Bytes of the reference to an object.</summary>
    public int IdLength { get; }

    public static Hdf5FractalHeap Open(Hdf5Source source, ulong address)
    {
        byte[] bytes = source.Read(address, 146, "heap");
        var cursor = new Hdf5Cursor(source, bytes, "heap");
        cursor.Signature("FRHP"u8);
        cursor.Version(0);
        var heap = new Hdf5FractalHeap(source, ref cursor);
        Hdf5Checksum.Verify(source, bytes, "heap");
        return heap;
    }

    /// <summary>Reads the object that a reference leads to.</summary>
    public byte[] Read(ReadOnlySpan<byte> id)
    {
        var cursor = new Hdf5Cursor(_source, id, "heap reference");
        byte flags = cursor.U8();
        switch ((flags >> 4) & 3)
        {
            case 0:
                ulong offset = cursor.Unsigned(_offsetBytes);
                return ReadManaged(offset, cursor.Unsigned(_lengthBytes));
            case 2:
                return cursor.Take((flags & 15) + 1).ToArray();
            default:
                throw _source.Unsupported("an attribute that takes more than a block of its heap", "attributes of at most 64 KiB");
        }
    }

    private byte[] ReadManaged(ulong offset, ulong length)
    {
        if (_rootRows == 0)
            return ReadBlock(_rootBlock, _startingBlock, offset, length);

        ulong block = _rootBlock;
        int rows = _rootRows;
        for (int depth = 0; depth < 64; depth++)
        {
            (int row, int column, ulong within) = Place(offset);
            if (row >= rows)
                throw _source.Damaged($"a heap reference to offset {offset}", "an offset inside the heap");
            ulong child = Child(block, row, column);
            ulong size = BlockSize(row);
            if (size <= _maxDirectBlock)
                return ReadBlock(child, size, within, length);
            block = child;
            rows = RowsWithin(size);
            offset = within;
        }
        throw _source.Damaged("a heap of more than 64 levels", "a heap as HDF5 writes it");
    }

    private byte[] ReadBlock(ulong address, ulong size, ulong offset, ulong length)
    {
        if (offset > size || length > size - offset)
            throw _source.Damaged($"a heap object of {length} bytes at offset {offset}", $"an object inside its block of {size} bytes");
        new Hdf5Cursor(_source, _source.Read(address, 4, "heap block"), "heap block").Signature("FHDB"u8);
        return _source.Read(address + offset, length, "heap object");
    }

    private ulong Child(ulong address, int row, int column)
    {
        new Hdf5Cursor(_source, _source.Read(address, 4, "heap index"), "heap index").Signature("FHIB"u8);
        ulong entry = (ulong)(4 + 1 + 8 + _offsetBytes) + (8 * (((ulong)row * (ulong)_width) + (ulong)column));
        return new Hdf5Cursor(_source, _source.Read(address + entry, 8, "heap index"), "heap index").U64();
    }

    private ulong BlockSize(int row) => row == 0 ? _startingBlock : _startingBlock << Math.Min(row - 1, 63);

    /// <summary>Row and column of the block that holds an offset, and the offset within it.</summary>
    private (int Row, int Column, ulong Within) Place(ulong offset)
    {
        UInt128 rowStart = 0;
        for (int row = 0; row < 64; row++)
        {
            UInt128 size = row == 0 ? _startingBlock : (UInt128)_startingBlock << (row - 1);
            UInt128 rowLength = size * (uint)_width;
            if (offset < rowStart + rowLength)
            {
                ulong inRow = (ulong)(offset - rowStart);
                return (row, (int)(inRow / (ulong)size), inRow % (ulong)size);
            }
            rowStart += rowLength;
        }
        return (64, 0, 0);
    }

    /// <summary>The number of rows of an index block that covers this many bytes.</summary>
    private int RowsWithin(ulong size)
    {
        ulong firstRow = _startingBlock * (ulong)_width;
        return firstRow == 0 || size < firstRow ? 0 : BitOperations.Log2(size / firstRow) + 1;
    }
}

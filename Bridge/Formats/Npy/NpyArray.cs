using TfLbfgs.Formats.Zip;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.Npy;

/// <summary>An array of NumPy in a stream, read when it is asked for.</summary>
internal sealed class NpyArray : StoredArray
{
    private readonly Stream _stream;
    private readonly NpyHeader _header;
    private readonly Func<string, string, FileFormatException> _fail;

    private NpyArray(Stream stream, NpyHeader header, Func<string, string, FileFormatException> fail) : base(header.DType, header.Shape)
    {
        _stream = stream;
        _header = header;
        _fail = fail;
    }

    // Of a matrix that stands column by column a part of each column is read, for which the stream must go back.
    public override bool IsReadByRows => !IsColumnMajor || (Shape.Count == 2 && _stream is not InflatingStream);

    private bool IsColumnMajor => _header.IsColumnMajor && Shape.Count > 1;

    /// <summary>Opens the array of a stream, which must stay open.</summary>
    public static NpyArray Open(Stream stream, Func<string, string, FileFormatException> fail)
    {
        NpyHeader header = NpyHeader.Read(stream, fail);
        Int128 length = header.DType.Size;
        foreach (long axis in header.Shape)
            length = Int128.Min(length * axis, long.MaxValue);
        if (length != stream.Length - header.Length)
            throw fail($"{stream.Length - header.Length} bytes of data for {header.DType.PythonName} {Describe(header.Shape)}",
                $"{length} bytes");
        if (length > Array.MaxLength)
            throw fail($"an array of {length} bytes", $"at most {Array.MaxLength}");
        return new NpyArray(stream, header, fail);
    }

    internal override FileRange? Range =>
        (_header.IsBigEndian && DType.Size > 1) || (_header.IsColumnMajor && Shape.Count > 1) || DType == DType.Bool
            ? null : FileRange.Of(_stream, _header.Length);

    public override void Read(Span<byte> destination)
    {
        destination = destination[..ByteCount];
        ReadElements(0, destination);
        if (IsColumnMajor)
            ToRowMajor(destination, DType.Size);
    }

    protected override void ReadRowsCore(long first, Span<byte> destination)
    {
        if (!IsReadByRows)
        {
            base.ReadRowsCore(first, destination);
            return;
        }

        if (!IsColumnMajor)
        {
            ReadElements(ByteCount / Shape[0] * first, destination);
            return;
        }

        int size = DType.Size, columns = (int)Shape[1];
        byte[] column = new byte[destination.Length / columns];
        for (int i = 0; i < columns; i++)
        {
            ReadElements(((i * Shape[0]) + first) * size, column);
            for (int row = 0; row < column.Length / size; row++)
                column.AsSpan(row * size, size).CopyTo(destination[(((row * columns) + i) * size)..]);
        }
    }

    /// <summary>Reads elements as they stand in the stream, in the byte order of the machine.</summary>
    private void ReadElements(long offset, Span<byte> destination)
    {
        _stream.Position = _header.Length + offset;
        if (_stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
            throw _fail("data that end early", $"{ByteCount} bytes");
        int size = DType.Size, part = DType.IsComplex ? size / 2 : size;
        for (int i = 0; _header.IsBigEndian && part > 1 && i < destination.Length; i += part)
            destination.Slice(i, part).Reverse();
        if (DType == DType.Bool)
        {
            foreach (ref byte b in destination)
                b = b == 0 ? (byte)0 : (byte)1;
        }
    }

    private void ToRowMajor(Span<byte> elements, int size)
    {
        byte[] columns = elements.ToArray();
        long[] index = new long[Shape.Count];
        for (int to = 0; to < elements.Length; to += size)
        {
            long from = 0;
            for (int axis = Shape.Count - 1; axis >= 0; axis--)
                from = (from * Shape[axis]) + index[axis];
            columns.AsSpan((int)from * size, size).CopyTo(elements[to..]);
            for (int axis = Shape.Count - 1; axis >= 0 && ++index[axis] == Shape[axis]; axis--)
                index[axis] = 0;
        }
    }
}

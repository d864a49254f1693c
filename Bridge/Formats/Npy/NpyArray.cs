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
        int size = DType.Size;
        destination = destination[..ByteCount];
        _stream.Position = _header.Length;
        if (_stream.ReadAtLeast(destination, ByteCount, throwOnEndOfStream: false) < ByteCount)
            throw _fail("data that end early", $"{ByteCount} bytes");
        int part = DType.IsComplex ? size / 2 : size;
        for (int i = 0; _header.IsBigEndian && part > 1 && i < destination.Length; i += part)
            destination.Slice(i, part).Reverse();
        if (_header.IsColumnMajor && Shape.Count > 1)
            ToRowMajor(destination, size);
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

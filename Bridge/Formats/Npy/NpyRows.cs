using Microsoft.Win32.SafeHandles;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.Npy;

/// <summary>
/// Reads rows of an array of NumPy, the entries along its first axis, straight from its file: an array larger than memory is read piece by
/// piece. Thread-safe. Python: <c>numpy.load(mmap_mode="r")</c>.
/// </summary>
public sealed class NpyRows : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly NpyHeader _header;
    private readonly string _path;

    private NpyRows(string path, SafeFileHandle file, NpyHeader header)
    {
        _path = path;
        _file = file;
        _header = header;
        Shape = header.Shape;
        RowBytes = header.Shape.Skip(1).Aggregate((long)header.DType.Size, (bytes, axis) => checked(bytes * axis));
    }

    /// <summary>The lengths of the axes, at least one.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The element type.</summary>
    public DType DType => _header.DType;

    /// <summary>The number of rows.</summary>
    public long Count => Shape[0];

    /// <summary>The bytes of a row.</summary>
    public long RowBytes { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file, <c>.npy</c>.</param>
    /// <returns>The array, owned by the caller.</returns>
    /// <exception cref="FileFormatException">The file is damaged, has no rows, or stores its elements column by column or in another byte
    /// order.</exception>
    public static NpyRows Open(string path) => FileErrors.Guard(path, () =>
    {
        FileFormatException Fail(string found, string expected) =>
            new(path, "/", found, expected, "Save the array again by numpy.save(numpy.ascontiguousarray(array)).");
        NpyHeader header;
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        {
            header = NpyHeader.Read(stream, Fail);
            Int128 length = header.Shape.Aggregate((Int128)header.DType.Size, (bytes, axis) => Int128.Min(bytes * axis, long.MaxValue));
            if (length != stream.Length - header.Length)
                throw Fail($"{stream.Length - header.Length} bytes of data for {header.DType.PythonName} "
                    + $"{StoredArray.Describe(header.Shape)}", $"{length} bytes");
        }

        if (header.Shape.Count == 0)
            throw Fail("a scalar", "an array with rows");
        if (header.IsBigEndian && header.DType.Size > 1)
            throw Fail("elements with the high byte first", "elements with the low byte first");
        if (header.IsColumnMajor && header.Shape.Count > 1)
            throw Fail("elements column by column", "elements row by row");
        return new NpyRows(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan), header);
    });

    /// <summary>Reads rows into memory.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="destination">Receives them, count * <see cref="RowBytes"/> bytes.</param>
    /// <exception cref="TfLbfgsException">There are no such rows.</exception>
    /// <exception cref="FileFormatException">The file ends early.</exception>
    public void Read(long first, long count, Span<byte> destination)
    {
        if (first < 0 || count < 0 || first > Count - count)
            throw new TfLbfgsException($"{_path}: expected rows between 0 and {Count}, received {first} to {first + count}.");
        destination = destination[..checked((int)(count * RowBytes))];
        long offset = _header.Length + (first * RowBytes);
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(_file, destination, offset);
            if (read == 0)
                throw new FileFormatException(_path, "/", "data that end early", $"{Count} rows of {RowBytes} bytes",
                    "Save the array again by numpy.save.");
            destination = destination[read..];
            offset += read;
        }
    }

    /// <summary>Reads rows into a new array.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <returns>The array, shape [count, ...].</returns>
    /// <exception cref="TfLbfgsException">There are no such rows, or they take more than one array holds.</exception>
    public StoredArray Read(long first, long count)
    {
        if (count < 0 || count * RowBytes > Array.MaxLength)
            throw new TfLbfgsException($"{_path}: expected rows of at most {Array.MaxLength} bytes at once, received {count} rows of "
                + $"{RowBytes}. Divide them into more parts.");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)(count * RowBytes));
        Read(first, count, bytes);
        if (DType == DType.Bool)
        {
            foreach (ref byte b in bytes.AsSpan())
                b = b == 0 ? (byte)0 : (byte)1;
        }

        return StoredArray.FromBytes(DType, [count, .. Shape.Skip(1)], bytes);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}

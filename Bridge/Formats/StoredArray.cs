using System.Numerics;
using System.Runtime.InteropServices;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats;

/// <summary>
/// An array of a file, read from it or to be written: element type and shape are known, the elements are read when they are asked for.
/// Python: <c>h5py.Dataset</c>, <c>numpy.memmap</c>.
/// </summary>
public abstract class StoredArray
{
    /// <summary>Creates the array.</summary>
    /// <param name="dtype">The element type, of fixed size.</param>
    /// <param name="shape">The lengths of the axes; empty for a scalar.</param>
    /// <exception cref="TfLbfgsException">The elements have no fixed size, or there are too many for one array.</exception>
    protected StoredArray(DType dtype, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Int128 length = dtype.Size;
        foreach (long axis in shape)
            length = Int128.Min(length * axis, long.MaxValue);
        if (dtype.Size == 0 || length < 0 || length > Array.MaxLength)
        {
            throw new TfLbfgsException(
                $"Expected an array of at most {Array.MaxLength} bytes with elements of fixed size, received {dtype.PythonName} "
                    + $"{Describe(shape)}. Store it in several arrays.");
        }

        DType = dtype;
        Shape = shape;
        ByteCount = (int)length;
    }

    /// <summary>The element type in the file; nothing is converted.</summary>
    public DType DType { get; }

    /// <summary>The lengths of the axes; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The number of bytes of all elements.</summary>
    public int ByteCount { get; }

    /// <summary>The place in the file where the elements stand as they are in memory; null elsewhere.</summary>
    internal virtual FileRange? Range => null;

    /// <summary>The shape as Python prints it, such as <c>(3, 4)</c>.</summary>
    public string ShapeText => Describe(Shape);

    /// <summary>Whether <see cref="ReadRows"/> reads the rows that are asked for alone, and not the whole array.</summary>
    public virtual bool IsReadByRows => false;

    /// <summary>Creates an array over bytes in memory.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The lengths of the axes; empty for a scalar.</param>
    /// <param name="bytes">The elements, row-major and little-endian; not copied.</param>
    /// <returns>The array.</returns>
    /// <exception cref="TfLbfgsException">The number of bytes does not fit.</exception>
    public static StoredArray FromBytes(DType dtype, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes) =>
        new ArrayInMemory(dtype, shape, bytes);

    /// <summary>A shape as Python prints it: <c>()</c>, <c>(3,)</c>, <c>(3, 4)</c>.</summary>
    /// <param name="shape">The lengths of the axes.</param>
    /// <returns>The text.</returns>
    public static string Describe(IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Count == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
    }

    /// <summary>Reads all elements, row-major and little-endian, in the byte order of the machine.</summary>
    /// <param name="destination">Receives them; <see cref="ByteCount"/> bytes long.</param>
    /// <exception cref="FileFormatException">The elements are damaged.</exception>
    public abstract void Read(Span<byte> destination);

    /// <summary>Reads rows, the entries along the first axis, row-major and little-endian.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="destination">Receives them; as long as they are, or longer.</param>
    /// <exception cref="TfLbfgsException">There are no such rows.</exception>
    /// <exception cref="FileFormatException">The elements are damaged.</exception>
    public void ReadRows(long first, long count, Span<byte> destination)
    {
        long rows = Shape.Count == 0 ? 0 : Shape[0];
        if (first < 0 || count < 0 || first > rows - count)
            throw new TfLbfgsException($"Expected rows of {this}, received {first} to {first + count}.");
        if (count > 0)
            ReadRowsCore(first, destination[..(int)(ByteCount / rows * count)]);
    }

    /// <summary>Reads rows that are there; by default by reading the whole array.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="destination">Receives them; exactly as long as they are.</param>
    protected virtual void ReadRowsCore(long first, Span<byte> destination) =>
        ToBytes().AsSpan((int)(ByteCount / Shape[0] * first), destination.Length).CopyTo(destination);

    /// <summary>
    /// Reads all elements as <see cref="Read"/> does, large ones by several threads, and counts NaN and infinities on the way.
    /// </summary>
    /// <param name="destination">Receives them; <see cref="ByteCount"/> bytes long.</param>
    /// <returns>The number of values that are not finite; 0 for types that have none.</returns>
    /// <exception cref="FileFormatException">The elements are damaged.</exception>
    public long ReadAndCountNonFinite(Span<byte> destination)
    {
        destination = destination[..ByteCount];
        bool isLarge = ByteCount >= PartwiseReading.SmallestBytes;
        if (isLarge && Range is { } range && PartwiseReading.TryRead(range, destination, DType, out long count))
            return count;
        // Says what is wrong, where a part could not be read.
        Read(destination);
        if (!isLarge)
            return CountNonFinite(destination, DType);
        _ = PartwiseReading.TryRead(null, destination, DType, out count);
        return count;
    }

    /// <summary>Writes all elements, row-major and little-endian; by default through one buffer.</summary>
    /// <param name="stream">Receives <see cref="ByteCount"/> bytes.</param>
    public virtual void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ToBytes());
    }

    /// <summary>Reads all elements into a new array.</summary>
    /// <returns>The elements, row-major and little-endian.</returns>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteCount];
        Read(bytes);
        return bytes;
    }

    /// <summary>Counts NaN and infinities among elements.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="dtype">Their type.</param>
    /// <returns>The number; 0 for types that have none.</returns>
    public static long CountNonFinite(ReadOnlySpan<byte> elements, DType dtype)
    {
        return dtype switch
        {
            DType.Float64 => CountOnes<ulong>(elements, 0x7ff0_0000_0000_0000),
            DType.Float32 => CountOnes<uint>(elements, 0x7f80_0000),
            DType.Float16 => CountOnes<ushort>(elements, 0x7c00),
            DType.BFloat16 => CountOnes<ushort>(elements, 0x7f80),
            _ => 0,
        };
    }

    // NaN and infinities have an exponent of ones. There are hardly ever any, so whole vectors are looked at first.
    private static long CountOnes<T>(ReadOnlySpan<byte> elements, T exponent) where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<T> bits = MemoryMarshal.Cast<byte, T>(elements);
        Vector<T> mask = new(exponent);
        long count = 0;
        int at = 0;
        for (; at <= bits.Length - Vector<T>.Count; at += Vector<T>.Count)
        {
            if (Vector.EqualsAny(new Vector<T>(bits[at..]) & mask, mask))
                count += Count(bits.Slice(at, Vector<T>.Count));
        }

        return count + Count(bits[at..]);

        long Count(ReadOnlySpan<T> some)
        {
            long ones = 0;
            foreach (T value in some)
                ones += (value & exponent) == exponent ? 1 : 0;
            return ones;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{DType.PythonName}{ShapeText}";

    private sealed class ArrayInMemory : StoredArray
    {
        private readonly ReadOnlyMemory<byte> _bytes;

        public ArrayInMemory(DType dtype, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes) : base(dtype, shape)
        {
            if (bytes.Length != ByteCount)
                throw new TfLbfgsException(
                    $"Expected {ByteCount} bytes for {dtype.PythonName} {Describe(shape)}, received {bytes.Length}.");
            _bytes = bytes;
        }

        public override bool IsReadByRows => true;

        public override void Read(Span<byte> destination) => _bytes.Span.CopyTo(destination);

        protected override void ReadRowsCore(long first, Span<byte> destination) =>
            _bytes.Span.Slice((int)(ByteCount / Shape[0] * first), destination.Length).CopyTo(destination);

        public override void WriteTo(Stream stream) => stream.Write(_bytes.Span);
    }
}

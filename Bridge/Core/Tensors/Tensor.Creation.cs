using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

public abstract partial class Tensor
{
    /// <summary>
    /// Creates a tensor with a copy of the values, on the current device of the thread. While a function is traced, the values become a
    /// constant of it.
    /// Python: <c>tf.constant</c>.
    /// </summary>
    /// <typeparam name="T">The element type, which decides the dtype.</typeparam>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The shape; its number of elements must be that of the values.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The shape does not fit, or no dtype holds the element type.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged
    {
        DType dtype = ElementType.Of<T>();
        CheckCount(values.Length, shape);
        return HostTensors.Materialize(HostTensors.Copy(MemoryMarshal.AsBytes(values), dtype, shape), dtype);
    }

    /// <summary>Creates a vector, shape [values.Length].</summary>
    /// <typeparam name="T">The element type, which decides the dtype.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor From<T>(T[] values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return From<T>(values, [values.Length]);
    }

    /// <summary>Creates a matrix, shape [rows, columns].</summary>
    /// <typeparam name="T">The element type, which decides the dtype.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor From<T>(T[,] values) where T : unmanaged => FromArray<T>(values);

    /// <summary>Creates a matrix of rows, shape [rows.Length, length].</summary>
    /// <typeparam name="T">The element type, which decides the dtype.</typeparam>
    /// <param name="rows">The rows, all of one length.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The rows differ in length.</exception>
    public static Tensor From<T>(T[][] rows) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(rows);
        int length = rows.Length == 0 ? 0 : rows[0].Length;
        T[] values = new T[rows.Length * length];
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != length)
                throw new TfLbfgsException(
                    $"Expected rows of one length, received {length} elements in row 0 and {rows[i].Length} in row {i}.");
            rows[i].CopyTo(values, i * length);
        }

        return From<T>(values, [rows.Length, length]);
    }

    /// <summary>Creates a tensor of three dimensions.</summary>
    /// <typeparam name="T">The element type, which decides the dtype.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor From<T>(T[,,] values) where T : unmanaged => FromArray<T>(values);

    /// <summary>Creates a tensor of four dimensions.</summary>
    /// <typeparam name="T">The element type, which decides the dtype.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor From<T>(T[,,,] values) where T : unmanaged => FromArray<T>(values);

    /// <summary>Creates a tensor of bytes in memory order, of any dtype with elements of fixed size.</summary>
    /// <param name="bytes">The elements, row-major, in the byte order of the machine.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The shape.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The number of bytes does not fit.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, DType dtype, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (dtype.Size == 0)
            throw new TfLbfgsException($"Expected a dtype with elements of fixed size, received {dtype.PythonName}.");
        if (bytes.Length != shape.ElementCount * dtype.Size)
            throw new TfLbfgsException(
                $"Expected {shape.ElementCount * dtype.Size} bytes for {dtype.PythonName}{shape}, received {bytes.Length}.");
        return HostTensors.Materialize(HostTensors.Copy(bytes, dtype, shape), dtype);
    }

    /// <summary>
    /// Creates a tensor whose bytes are written in place, of any dtype with elements of fixed size: no copy is made on the CPU.
    /// </summary>
    /// <typeparam name="TState">The type of what <paramref name="fill"/> needs.</typeparam>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="state">Is passed to <paramref name="fill"/>.</param>
    /// <param name="fill">Writes all elements, row-major, in the byte order of the machine.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The elements have no fixed size, or take more than one span holds.</exception>
    public static Tensor FromBytes<TState>(DType dtype, Shape shape, TState state, SpanAction<byte, TState> fill)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(fill);
        if (dtype.Size == 0)
            throw new TfLbfgsException($"Expected a dtype with elements of fixed size, received {dtype.PythonName}.");
        return HostTensors.Materialize(HostTensors.Create(dtype, shape, state, fill), dtype);
    }

    /// <summary>
    /// Creates a tensor over the memory itself where it starts at a multiple of 64 bytes (it must not change while the tensor lives), of a
    /// copy elsewhere.
    /// The memory stays pinned until the tensor is freed.
    /// </summary>
    /// <typeparam name="T">The element type, which decides the dtype.</typeparam>
    /// <param name="memory">The elements, row-major.</param>
    /// <param name="shape">The shape.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor FromMemory<T>(ReadOnlyMemory<T> memory, Shape shape) where T : unmanaged
    {
        DType dtype = ElementType.Of<T>();
        CheckCount(memory.Length, shape);
        return HostTensors.Materialize(HostTensors.Share(memory, dtype, shape), dtype);
    }

    /// <summary>Creates a scalar, shape [].</summary>
    /// <typeparam name="T">The element type, which decides the dtype.</typeparam>
    /// <param name="value">The element.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor Scalar<T>(T value) where T : unmanaged => From<T>([value], Shape.Scalar);

    /// <summary>Creates a scalar of a given dtype, shape [].</summary>
    /// <param name="value">The value; rounded, or for an integer dtype refused when it is no integer of its range.</param>
    /// <param name="dtype">A real or complex dtype.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The dtype cannot hold the value.</exception>
    public static Tensor Scalar(double value, DType dtype) => Scalar(value, dtype, register: true);

    /// <summary>Creates a tensor of strings, passed on as UTF-8.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The shape; null: [values.Count].</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor FromStrings(IReadOnlyList<string> values, Shape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        shape ??= [values.Count];
        CheckCount(values.Count, shape);
        return HostTensors.Materialize(HostTensors.Strings(values, shape), DType.String);
    }

    /// <summary>Creates a tensor of strings of any bytes.</summary>
    internal static Tensor FromTexts(IReadOnlyList<byte[]> values, Shape shape)
    {
        CheckCount(values.Count, shape);
        return HostTensors.Materialize(HostTensors.Strings(values, shape), DType.String);
    }

    /// <summary>Creates a tensor of zeros. Python: <c>tf.zeros</c>.</summary>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="dtype">A dtype with elements of fixed size.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor Zeros(Shape shape, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return FromBytes(new byte[shape.ElementCount * dtype.Size], dtype, shape);
    }

    /// <summary>Creates a tensor with one value everywhere. Python: <c>tf.fill</c>.</summary>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="value">The value; see <see cref="Scalar(double, DType)"/>.</param>
    /// <param name="dtype">A real or complex dtype.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor Fill(Shape shape, double value, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(shape);
        using Tensor dims = Vector(shape.Dims);
        using Tensor scalar = Scalar(value, dtype, register: false);
        return new Operation("Fill", 1).Input(dims).Input(scalar).Execute()[0];
    }

    /// <summary>Creates a tensor of ones. Python: <c>tf.ones</c>.</summary>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="dtype">A real or complex dtype.</param>
    /// <returns>The tensor, owned by the caller.</returns>
    public static Tensor Ones(Shape shape, DType dtype) => Fill(shape, 1, dtype);

    /// <summary>A scalar for immediate use as an operand: not registered with a scope unless asked.</summary>
    internal static Tensor Scalar(double value, DType dtype, bool register)
    {
        HostTensorHandle host = dtype switch
        {
            DType.Float64 => Host(value),
            DType.Float32 => Host((float)value),
            DType.Float16 => Host((Half)value),
            DType.BFloat16 => Host((BFloat16)(float)value),
            DType.Complex64 => Host(new Complex64((float)value, 0)),
            DType.Complex128 => Host(new Complex(value, 0)),
            DType.Bool => Host(value != 0),
            DType.Int8 => Host(Exact<sbyte>(value, dtype)),
            DType.Int16 => Host(Exact<short>(value, dtype)),
            DType.Int32 => Host(Exact<int>(value, dtype)),
            DType.Int64 => Host(Exact<long>(value, dtype)),
            DType.UInt8 => Host(Exact<byte>(value, dtype)),
            DType.UInt16 => Host(Exact<ushort>(value, dtype)),
            DType.UInt32 => Host(Exact<uint>(value, dtype)),
            DType.UInt64 => Host(Exact<ulong>(value, dtype)),
            _ => throw new TfLbfgsException($"Expected a real or complex dtype for the scalar {value}, received {dtype.PythonName}."),
        };
        return HostTensors.Materialize(host, dtype, register);
    }

    /// <summary>A vector of int64 (shapes, axes) for immediate use as an operand: not registered with a scope.</summary>
    internal static Tensor Vector(ReadOnlySpan<long> values) =>
        HostTensors.Materialize(HostTensors.Copy(MemoryMarshal.AsBytes(values), DType.Int64, [values.Length]), DType.Int64,
            register: false);

    private static HostTensorHandle Host<T>(T value) where T : unmanaged =>
        HostTensors.Copy(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), ElementType.Of<T>(), Shape.Scalar);

    private static T Exact<T>(double value, DType dtype) where T : unmanaged, INumberBase<T>
    {
        T result = T.CreateSaturating(value);
        // Compared as integers: 2^63 would equal the int64 just below it as a float64.
        return Int128.CreateChecked(result) == Int128.CreateSaturating(value) && double.CreateChecked(result) == value
            ? result
            : throw new TfLbfgsException($"Expected an integer of the range of {dtype.PythonName}, received {value}. Cast the tensor to "
                + "a floating-point dtype first.");
    }

    private static Tensor FromArray<T>(Array values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        long[] dims = new long[values.Rank];
        for (int i = 0; i < dims.Length; i++)
            dims[i] = values.GetLength(i);
        ReadOnlySpan<T> span = values.Length == 0
            ? default
            : MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length);
        return From(span, dims);
    }

    private static void CheckCount(long count, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (count != shape.ElementCount)
            throw new TfLbfgsException($"Expected {shape.ElementCount} values for shape {shape}, received {count}.");
    }
}

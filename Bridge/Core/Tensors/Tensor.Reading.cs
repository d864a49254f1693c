using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TfLbfgs.Native.Handles;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

public abstract partial class Tensor
{
    /// <summary>Reads the values: one device-to-host transfer, no conversion. Python: <c>tensor.numpy()</c>.</summary>
    /// <typeparam name="T">The element type; must be that of <see cref="DType"/>.</typeparam>
    /// <returns>The elements, row-major.</returns>
    /// <exception cref="TfLbfgsException">The tensor is symbolic or disposed, or of another dtype.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        using TensorView<T> view = View<T>();
        return view.Span.ToArray();
    }

    /// <summary>Reads a matrix.</summary>
    /// <typeparam name="T">The element type; must be that of <see cref="DType"/>.</typeparam>
    /// <returns>The elements, shape [rows, columns].</returns>
    /// <exception cref="TfLbfgsException">The tensor has not two dimensions, is symbolic or disposed, or of another dtype.</exception>
    public T[,] ToMatrix<T>() where T : unmanaged
    {
        if (Rank != 2)
            throw new TfLbfgsException($"Expected a tensor of two dimensions, received {Describe()}. Use ToArray, or reshape it.");
        using TensorView<T> view = View<T>();
        T[,] matrix = new T[Shape[0], Shape[1]];
        view.Span.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(matrix)), matrix.Length));
        return matrix;
    }

    /// <summary>Reads the only element. Python: <c>tensor.item()</c>.</summary>
    /// <typeparam name="T">The element type; must be that of <see cref="DType"/>.</typeparam>
    /// <returns>The element.</returns>
    /// <exception cref="TfLbfgsException">The tensor has not exactly one element, is symbolic or disposed, or of another dtype.</exception>
    public T ToScalar<T>() where T : unmanaged
    {
        using TensorView<T> view = View<T>();
        ReadOnlySpan<T> span = view.Span;
        return span.Length == 1 ? span[0] : throw new TfLbfgsException($"Expected a tensor with one element, received {Describe()}.");
    }

    /// <summary>Reads the only element as a float64, regardless of the dtype. Python: <c>float(tensor)</c>.</summary>
    /// <returns>The element.</returns>
    /// <exception cref="TfLbfgsException">The tensor has not exactly one element, is symbolic or disposed, or is not real.</exception>
    public double ToDouble()
    {
        double[] values = ToDoubles();
        return values.Length == 1 ? values[0] : throw new TfLbfgsException($"Expected a tensor with one element, received {Describe()}.");
    }

    /// <summary>Reads the values as float64, regardless of the dtype.</summary>
    /// <returns>The elements, row-major; integers beyond 2^53 are rounded.</returns>
    /// <exception cref="TfLbfgsException">The tensor is symbolic or disposed, or is not real.</exception>
    public double[] ToDoubles()
    {
        using HostTensorHandle host = ResolveToHost();
        ReadOnlySpan<byte> bytes = HostTensors.Bytes(host);
        return DType switch
        {
            DType.Float64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            DType.Float32 => Widen<float>(bytes, v => v),
            DType.Float16 => Widen<Half>(bytes, v => (double)v),
            DType.BFloat16 => Widen<BFloat16>(bytes, v => v),
            DType.Int64 => Widen<long>(bytes, v => v),
            DType.Int32 => Widen<int>(bytes, v => v),
            DType.Int16 => Widen<short>(bytes, v => v),
            DType.Int8 => Widen<sbyte>(bytes, v => v),
            DType.UInt64 => Widen<ulong>(bytes, v => v),
            DType.UInt32 => Widen<uint>(bytes, v => v),
            DType.UInt16 => Widen<ushort>(bytes, v => v),
            DType.UInt8 => Widen<byte>(bytes, v => v),
            DType.Bool => Widen<byte>(bytes, v => v),
            _ => throw new TfLbfgsException($"Expected a real tensor, received {Describe()}."),
        };
    }

    /// <summary>Reads the values as bytes in memory order, of any dtype with elements of fixed size.</summary>
    /// <returns>The elements, row-major, in the byte order of the machine.</returns>
    /// <exception cref="TfLbfgsException">The tensor is symbolic or disposed, or its elements have no fixed size.</exception>
    public byte[] ToBytes()
    {
        if (DType.Size == 0)
            throw new TfLbfgsException($"Expected a dtype with elements of fixed size, received {Describe()}.");
        using HostTensorHandle host = ResolveToHost();
        return HostTensors.Bytes(host).ToArray();
    }

    /// <summary>Reads the elements of a string tensor as UTF-8 text.</summary>
    /// <returns>The elements, row-major.</returns>
    /// <exception cref="TfLbfgsException">The tensor is not of strings, or symbolic or disposed.</exception>
    public string[] ToStrings() => Array.ConvertAll(ToByteStrings(), Encoding.UTF8.GetString);

    /// <summary>Reads the elements of a string tensor as bytes.</summary>
    /// <returns>The elements, row-major.</returns>
    /// <exception cref="TfLbfgsException">The tensor is not of strings, or symbolic or disposed.</exception>
    public byte[][] ToByteStrings()
    {
        if (DType != DType.String)
            throw new TfLbfgsException($"Expected a tensor of strings, received {Describe()}.");
        using HostTensorHandle host = ResolveToHost();
        return HostTensors.ReadStrings(host, Shape.ElementCount);
    }

    /// <summary>Opens the values for reading: on a CPU without a copy, elsewhere by one transfer.</summary>
    /// <typeparam name="T">The element type; must be that of <see cref="DType"/>.</typeparam>
    /// <returns>The view, owned by the caller; it stays valid when this tensor is disposed.</returns>
    /// <exception cref="TfLbfgsException">The tensor is symbolic or disposed, or of another dtype.</exception>
    public TensorView<T> View<T>() where T : unmanaged
    {
        if (!IsSymbolic && !ElementType.Matches<T>(DType))
            throw new TfLbfgsException($"Expected to read {DType.PythonName} elements of {Describe()}, received a request for "
                + $"{typeof(T)}. Cast the tensor, or read it as its own type.");
        return new TensorView<T>(ResolveToHost());
    }

    /// <summary>
    /// Opens the values as bytes in memory order, of any dtype with elements of fixed size: on a CPU without a copy, elsewhere by one
    /// transfer.
    /// </summary>
    /// <returns>The view, owned by the caller; it stays valid when this tensor is disposed.</returns>
    /// <exception cref="TfLbfgsException">The tensor is symbolic or disposed, or its elements have no fixed size.</exception>
    public TensorView<byte> ViewBytes() =>
        DType.Size > 0
            ? new TensorView<byte>(ResolveToHost())
            : throw new TfLbfgsException($"Expected a dtype with elements of fixed size, received {Describe()}.");

    /// <summary>The values in host memory; throws for a symbolic tensor.</summary>
    internal HostTensorHandle ResolveToHost() => this switch
    {
        EagerTensor eager => eager.Resolve(),
        SymbolicTensor symbolic => throw symbolic.NoValue(),
        _ => throw new TfLbfgsException($"{Describe()} has no value: it stands for a result of a graph that is being built. Make a model "
            + "of the graph, and read its outputs for data."),
    };

    /// <summary>The values as NumPy prints them, with shape and dtype; for a symbolic tensor those only.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => TensorPrinter.Print(this);

    private static double[] Widen<T>(ReadOnlySpan<byte> bytes, Func<T, double> widen) where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(bytes);
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = widen(values[i]);
        return result;
    }
}

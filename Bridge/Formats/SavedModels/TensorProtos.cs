using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.SavedModels;

/// <summary>Shapes and elements of tensors in messages.</summary>
public static class TensorProtos
{
    private const int MaxRank = 254;
    // A few bytes may stand for a tensor of any size, all of one value.
    private const long MaxRepeatedBytes = 256L << 20;

    /// <summary>The lengths of the axes, -1 where one is not known.</summary>
    /// <param name="shape">The shape; null for one that is not known.</param>
    /// <returns>The lengths; null where not even their number is known.</returns>
    /// <exception cref="InvalidDataException">It is no shape.</exception>
    public static long[]? Axes(TensorShapeProto? shape)
    {
        if (shape is null || shape.UnknownRank)
            return null;
        if (shape.Dim.Count > MaxRank || shape.Dim.Any(axis => axis.Size < -1))
            throw new InvalidDataException($"a shape of {shape.Dim.Count} axes, of which one may be negative");
        return [.. shape.Dim.Select(axis => axis.Size)];
    }

    /// <summary>A shape as a message.</summary>
    /// <param name="axes">The lengths of the axes, -1 where one is not known; null where not even their number is known.</param>
    /// <returns>The message.</returns>
    public static TensorShapeProto ShapeOf(IReadOnlyList<long>? axes)
    {
        TensorShapeProto shape = new() { UnknownRank = axes is null };
        foreach (long axis in axes ?? [])
            shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = axis });
        return shape;
    }

    /// <summary>The elements of a tensor of numbers or booleans.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The array.</returns>
    /// <exception cref="InvalidDataException">The elements do not fit dtype and shape, or are of no dtype of fixed size.</exception>
    public static StoredArray Elements(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var dtype = (DType)tensor.Dtype;
        if (!Enum.IsDefined(dtype) || dtype.Size == 0)
            throw new InvalidDataException($"a tensor of the dtype {tensor.Dtype}, which has no elements of fixed size");
        long[] axes = Known(tensor);
        Int128 wanted = dtype.Size;
        foreach (long axis in axes)
            wanted = Int128.Min(wanted * axis, long.MaxValue);
        if (tensor.TensorContent.Length > 0 || wanted == 0)
        {
            return tensor.TensorContent.Length == wanted
                ? StoredArray.FromBytes(dtype, axes, tensor.TensorContent.Memory)
                : throw new InvalidDataException($"{tensor.TensorContent.Length} bytes for a tensor of {wanted}");
        }

        byte[] given = Listed(tensor, dtype);
        // Without any element, all are zero.
        if (given.Length == 0)
            given = new byte[dtype.Size];
        if (given.Length > wanted || (wanted > MaxRepeatedBytes && wanted > 2 * given.Length))
            throw new InvalidDataException($"{given.Length} bytes for a tensor of {wanted}");
        byte[] elements = new byte[(long)wanted];
        given.CopyTo(elements, 0);
        ReadOnlySpan<byte> last = given.AsSpan(given.Length - dtype.Size);
        for (int at = given.Length; at < elements.Length; at += dtype.Size)
            last.CopyTo(elements.AsSpan(at));
        return StoredArray.FromBytes(dtype, axes, elements);
    }

    /// <summary>The elements of a tensor of texts.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>Shape and elements.</returns>
    /// <exception cref="InvalidDataException">The elements do not fit the shape.</exception>
    public static (long[] Shape, byte[][] Texts) Texts(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        long[] axes = Known(tensor);
        Int128 wanted = 1;
        foreach (long axis in axes)
            wanted = Int128.Min(wanted * axis, long.MaxValue);
        if (tensor.Dtype != (int)DType.String || tensor.StringVal.Count > wanted
            || wanted > Math.Max(tensor.StringVal.Count, MaxRepeatedBytes / 64))
            throw new InvalidDataException($"{tensor.StringVal.Count} texts for a tensor of {wanted}");
        byte[][] texts = new byte[(int)wanted][];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = tensor.StringVal.Count == 0
                ? [] : i < tensor.StringVal.Count ? tensor.StringVal[i].ToByteArray() : texts[tensor.StringVal.Count - 1];
        return (axes, texts);
    }

    /// <summary>A tensor of numbers or booleans as a message.</summary>
    /// <param name="dtype">The dtype.</param>
    /// <param name="shape">The lengths of the axes.</param>
    /// <param name="elements">The elements in memory order.</param>
    /// <returns>The message.</returns>
    public static TensorProto Of(DType dtype, IReadOnlyList<long> shape, ReadOnlySpan<byte> elements) =>
        new() { Dtype = (int)dtype, TensorShape = ShapeOf(shape), TensorContent = ByteString.CopyFrom(elements) };

    /// <summary>A tensor of texts as a message.</summary>
    /// <param name="shape">The lengths of the axes.</param>
    /// <param name="texts">The elements.</param>
    /// <returns>The message.</returns>
    public static TensorProto OfTexts(IReadOnlyList<long> shape, IEnumerable<string> texts)
    {
        TensorProto tensor = new() { Dtype = (int)DType.String, TensorShape = ShapeOf(shape) };
        tensor.StringVal.AddRange(texts.Select(ByteString.CopyFromUtf8));
        return tensor;
    }

    private static long[] Known(TensorProto tensor)
    {
        long[]? axes = Axes(tensor.TensorShape ?? new TensorShapeProto());
        return axes is not null && Array.TrueForAll(axes, axis => axis >= 0)
            ? axes
            : throw new InvalidDataException("a tensor whose shape is not known");
    }

    private static byte[] Listed(TensorProto tensor, DType dtype) => dtype switch
    {
        DType.Float32 => Bytes<float>(tensor.FloatVal),
        DType.Float64 => Bytes<double>(tensor.DoubleVal),
        DType.Complex64 => Whole(Bytes<float>(tensor.ScomplexVal), dtype),
        DType.Complex128 => Whole(Bytes<double>(tensor.DcomplexVal), dtype),
        DType.Int64 => Bytes<long>(tensor.Int64Val),
        DType.UInt64 => Bytes<ulong>(tensor.Uint64Val),
        DType.UInt32 => Bytes<uint>(tensor.Uint32Val),
        DType.Bool => Bytes<bool>(tensor.BoolVal),
        DType.Float16 or DType.BFloat16 => Narrow(tensor.HalfVal, 2),
        _ => Narrow(tensor.IntVal, dtype.Size),
    };

    private static byte[] Whole(byte[] parts, DType dtype) =>
        parts.Length % dtype.Size == 0 ? parts : throw new InvalidDataException("a complex number without its imaginary part");

    private static byte[] Bytes<T>(RepeatedField<T> values) where T : unmanaged
    {
        T[] copy = new T[values.Count];
        values.CopyTo(copy, 0);
        return MemoryMarshal.AsBytes<T>(copy).ToArray();
    }

    private static byte[] Narrow(RepeatedField<int> values, int size)
    {
        byte[] bytes = new byte[checked(values.Count * size)];
        Span<byte> word = stackalloc byte[sizeof(int)];
        for (int i = 0; i < values.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(word, values[i]);
            word[..size].CopyTo(bytes.AsSpan(i * size));
        }

        return bytes;
    }
}

using TfLbfgs.Formats;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving;

/// <summary>Arrays with the elements of others in another order, read when they are asked for.</summary>
internal static class ArrayLayout
{
    /// <summary>Computes the bytes of an array from those of another one.</summary>
    public delegate void Rearrange(ReadOnlySpan<byte> from, Span<byte> to);

    public static StoredArray Derive(StoredArray source, IReadOnlyList<long> shape, Rearrange rearrange) =>
        Derive(source, source.DType, shape, rearrange);

    /// <summary>An array of another type.</summary>
    public static StoredArray Derive(StoredArray source, DType dtype, IReadOnlyList<long> shape, Rearrange rearrange) =>
        new DerivedArray(source, dtype, shape, rearrange);

    /// <summary>The same elements in the same order under another shape.</summary>
    public static StoredArray Reshape(StoredArray source, IReadOnlyList<long> shape) =>
        Derive(source, shape, static (from, to) => from.CopyTo(to));

    /// <summary>Python: <c>numpy.transpose(a, axes)</c>.</summary>
    public static StoredArray Transpose(StoredArray source, params int[] axes)
    {
        long[] strides = Strides(source.Shape);
        long[] shape = [.. axes.Select(axis => source.Shape[axis])];
        return Gather(source, shape, 0, [.. axes.Select(axis => strides[axis])]);
    }

    /// <summary>Mirrors the first axes. Python: <c>a[::-1, ::-1]</c>.</summary>
    public static StoredArray Flip(StoredArray source, int axes)
    {
        long[] strides = Strides(source.Shape);
        long first = 0;
        for (int axis = 0; axis < axes; axis++)
        {
            first += Math.Max(0, source.Shape[axis] - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }

        return Gather(source, source.Shape, first, strides);
    }

    /// <summary>Transposes the block of each gate, of which a matrix has several side by side.</summary>
    /// <param name="source">The matrix, [rows, gates * columns].</param>
    /// <param name="gates">The number of blocks.</param>
    /// <param name="inMemoryOrder">Whether a block keeps its shape and is filled column by column, instead of being transposed. Square
    /// blocks are equal in both.</param>
    public static StoredArray ForEachGate(StoredArray source, int gates, bool inMemoryOrder)
    {
        (long rows, long columns) = (source.Shape[0], source.Shape[1] / gates);
        if (!inMemoryOrder && rows != columns)
            return source;
        int size = source.DType.Size;
        return Derive(source, source.Shape, (from, to) =>
        {
            for (long row = 0; row < rows; row++)
            {
                for (long gate = 0; gate < gates; gate++)
                {
                    for (long column = 0; column < columns; column++)
                    {
                        // kernel.T.reshape(kernel.shape, order='F'): element (r, c) is the c * rows + r th of the transposed block in
                        // column order.
                        long at = (column * rows) + row;
                        (long sourceRow, long sourceColumn) = inMemoryOrder ? (at / columns, at % columns) : (column, row);
                        Copy(from, (sourceRow * gates * columns) + (gate * columns) + sourceColumn, to,
                            (row * gates * columns) + (gate * columns) + column, size);
                    }
                }
            }
        });
    }

    /// <summary>Python: <c>numpy.concatenate(arrays, axis=-1)</c>.</summary>
    public static StoredArray Concatenate(IReadOnlyList<StoredArray> parts) => new ConcatenatedArray(parts);

    private static void Copy(ReadOnlySpan<byte> from, long source, Span<byte> to, long target, int size) =>
        from.Slice((int)(source * size), size).CopyTo(to[(int)(target * size)..]);

    private static StoredArray Gather(StoredArray source, IReadOnlyList<long> shape, long first, long[] strides)
    {
        int size = source.DType.Size;
        return Derive(source, shape, (from, to) =>
        {
            long[] index = new long[shape.Count];
            long at = first;
            for (int target = 0; target < to.Length; target += size)
            {
                from.Slice((int)(at * size), size).CopyTo(to[target..]);
                for (int axis = shape.Count - 1; axis >= 0; axis--)
                {
                    at += strides[axis];
                    if (++index[axis] < shape[axis])
                        break;
                    at -= strides[axis] * shape[axis];
                    index[axis] = 0;
                }
            }
        });
    }

    private static long[] Strides(IReadOnlyList<long> shape)
    {
        long[] strides = new long[shape.Count];
        long stride = 1;
        for (int axis = shape.Count - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return strides;
    }

    private sealed class DerivedArray(StoredArray source, DType dtype, IReadOnlyList<long> shape, Rearrange rearrange)
        : StoredArray(dtype, shape)
    {
        public override void Read(Span<byte> destination) => rearrange(source.ToBytes(), destination);
    }

    private sealed class ConcatenatedArray(IReadOnlyList<StoredArray> parts)
        : StoredArray(parts[0].DType, [.. parts[0].Shape.SkipLast(1), parts.Sum(part => part.Shape[^1])])
    {
        public override void Read(Span<byte> destination)
        {
            int line = (int)Shape[^1] * DType.Size;
            int offset = 0;
            foreach (StoredArray part in parts)
            {
                ReadOnlySpan<byte> bytes = part.ToBytes();
                int length = (int)part.Shape[^1] * DType.Size;
                for (int row = 0; length > 0 && row < bytes.Length / length; row++)
                    bytes.Slice(row * length, length).CopyTo(destination.Slice((row * line) + offset, length));
                offset += length;
            }
        }
    }
}

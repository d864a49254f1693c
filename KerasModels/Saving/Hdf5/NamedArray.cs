using System.Runtime.InteropServices;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Hdf5;

/// <summary>
/// An array as it stands in a file, with the name under which the file lists it. Python: a NumPy array and its entry in <c>weight_names</c>.
/// </summary>
/// <param name="Name">The name in the file, such as <c>dense/kernel:0</c>.</param>
/// <param name="DType">The element type in the file; nothing is converted.</param>
/// <param name="Shape">The lengths of the axes; empty for a scalar.</param>
/// <param name="Bytes">The elements, row-major and little-endian whatever the file's byte order. Owned by whoever holds the record; not copied.</param>
internal sealed record NamedArray(string Name, DType DType, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The shape as Python prints it, such as <c>(3, 4)</c>.</summary>
    public string ShapeText => Hdf5Dataspace.Describe(Shape);

    /// <summary>Counts NaN and infinities: they load, but whoever loads them wants to know.</summary>
    public long CountNonFinite()
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        long count = 0;
        switch (DType)
        {
            case DType.Float64:
                foreach (double value in MemoryMarshal.Cast<byte, double>(bytes))
                    count += double.IsFinite(value) ? 0 : 1;
                break;
            case DType.Float32:
                foreach (float value in MemoryMarshal.Cast<byte, float>(bytes))
                    count += float.IsFinite(value) ? 0 : 1;
                break;
            case DType.Float16:
                foreach (Half value in MemoryMarshal.Cast<byte, Half>(bytes))
                    count += Half.IsFinite(value) ? 0 : 1;
                break;
            case DType.BFloat16:
                foreach (ushort bits in MemoryMarshal.Cast<byte, ushort>(bytes))
                    count += (bits & 0x7f80) == 0x7f80 ? 1 : 0;
                break;
        }
        return count;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {ShapeText} {DType}";
}

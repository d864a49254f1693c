namespace TfLbfgs.Formats.Hdf5;

/// <summary>The shape of a dataset or attribute.</summary>
/// <param name="Shape">The lengths of the axes; empty for a scalar.</param>
/// <param name="MaxShape">How far the axes may grow; <see cref="Hdf5Source.Undefined"/> without a limit.</param>
/// <param name="Count">The number of elements; 0 for a null dataspace.</param>
/// <param name="IsNull">True where there is a type but no value, not even an empty one.</param>
internal sealed record Hdf5Dataspace(IReadOnlyList<long> Shape, IReadOnlyList<ulong> MaxShape, long Count, bool IsNull)
{
    public static Hdf5Dataspace Parse(Hdf5Source source, ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(source, message, "dataspace");
        byte version = cursor.Version(1, 2);
        int rank = cursor.U8();
        byte flags = cursor.U8();
        bool isNull = false;
        if (version == 1)
            cursor.Skip(5);
        else
            isNull = cursor.U8() == 2;
        if (rank > Hdf5Limits.Rank)
            throw source.Damaged($"{rank} axes", $"at most {Hdf5Limits.Rank}");

        long[] shape = new long[rank];
        UInt128 count = isNull ? UInt128.Zero : UInt128.One;
        for (int i = 0; i < rank; i++)
        {
            ulong length = cursor.U64();
            if (length > long.MaxValue)
                throw source.Damaged($"an axis of length {length}", "a length that fits the file");
            shape[i] = (long)length;
            count *= length;
            // Checked at each step: the product of 32 lengths does not fit 128 bits.
            if (count > (UInt128)long.MaxValue)
                throw source.Damaged(
                    $"shape {StoredArray.Describe(shape.AsSpan(0, i + 1).ToArray())}, whose number of elements does not fit 63 bits",
                    "a shape that fits the file");
        }
        ulong[] maxShape = new ulong[rank];
        for (int i = 0; i < rank; i++)
            maxShape[i] = (flags & 1) != 0 ? cursor.U64() : (ulong)shape[i];
        return new Hdf5Dataspace(shape, maxShape, (long)count, isNull);
    }

    public override string ToString() => StoredArray.Describe(Shape);
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Order: sorting, searching, counting.</content>
public static partial class Tf
{
    /// <summary>Sorts along a dimension. Python: <c>tf.sort</c>.</summary>
    /// <param name="values">The tensor, of numbers.</param>
    /// <param name="axis">The dimension; default the last.</param>
    /// <param name="descending">Whether from the largest to the smallest.</param>
    /// <returns>The sorted tensor; its gradient goes to where each element stood.</returns>
    public static Tensor Sort(Tensor values, int axis = -1, bool descending = false) =>
        Ordered(values, axis, descending, (sorted, _) => sorted);

    /// <summary>The indices that sort along a dimension, equal elements in their order. Python: <c>tf.argsort</c>.</summary>
    /// <param name="values">The tensor, of numbers.</param>
    /// <param name="axis">The dimension; default the last.</param>
    /// <param name="descending">Whether from the largest to the smallest.</param>
    /// <returns>The indices, int32.</returns>
    public static Tensor ArgSort(Tensor values, int axis = -1, bool descending = false) =>
        Ordered(values, axis, descending, (_, indices) => indices);

    /// <summary>Where values would be put into sorted rows. Python: <c>tf.searchsorted</c>.</summary>
    /// <param name="sorted">The rows, shape [..., n].</param>
    /// <param name="values">The values, shape [..., m].</param>
    /// <param name="right">Whether behind equal elements rather than before them.</param>
    /// <param name="dtype">Int32, the default, or Int64.</param>
    /// <returns>The places, from 0 to n, shape [..., m].</returns>
    public static Tensor SearchSorted(Tensor sorted, Tensor values, bool right = false, DType dtype = DType.Int32)
    {
        ArgumentNullException.ThrowIfNull(sorted);
        return Scoped(() =>
        {
            Tensor rows = RawOps.Reshape(sorted, RawOps.ConcatV2([Tensor.From([-1]), RawOps.Shape(sorted)[^1..]], Tensor.Scalar(0)));
            Tensor sought = RawOps.Reshape(values, RawOps.ConcatV2([Tensor.From([-1]), RawOps.Shape(values)[^1..]], Tensor.Scalar(0)));
            return RawOps.Reshape(right
                ? RawOps.UpperBound(rows, sought, dtype) : RawOps.LowerBound(rows, sought, dtype), RawOps.Shape(values));
        });
    }

    /// <summary>
    /// The distinct elements of a vector in the order of their first occurrence, and where each element is among them. Python:
    /// <c>tf.unique</c>.
    /// </summary>
    /// <param name="x">The vector.</param>
    /// <param name="indexDType">Int32, the default, or Int64.</param>
    /// <returns>The elements, shape [n], and the index of each element of the vector among them.</returns>
    public static (Tensor Values, Tensor Indices) Unique(Tensor x, DType indexDType = DType.Int32)
    {
        RawOps.UniqueOutputs unique = RawOps.Unique(x, indexDType);
        return (unique.Y, unique.Idx);
    }

    /// <summary>As <see cref="Unique"/>, with the number of occurrences. Python: <c>tf.unique_with_counts</c>.</summary>
    /// <param name="x">The vector.</param>
    /// <param name="indexDType">Int32, the default, or Int64.</param>
    /// <returns>The elements, shape [n], the index of each element of the vector among them, and how often each occurs, shape
    /// [n].</returns>
    public static (Tensor Values, Tensor Indices, Tensor Counts) UniqueWithCounts(Tensor x, DType indexDType = DType.Int32)
    {
        RawOps.UniqueWithCountsOutputs unique = RawOps.UniqueWithCounts(x, indexDType);
        return (unique.Y, unique.Idx, unique.Count);
    }

    /// <summary>Truth values that hold for the first elements of each row. Python: <c>tf.sequence_mask</c>.</summary>
    /// <param name="lengths">How many hold, int32 or int64, shape [...].</param>
    /// <param name="maxLength">The length of the rows, an integer tensor, shape []; null: the largest of the lengths.</param>
    /// <param name="dtype">The dtype; default bool.</param>
    /// <returns>The mask, shape [..., maxLength].</returns>
    public static Tensor SequenceMask(Tensor lengths, Tensor? maxLength = null, DType dtype = DType.Bool)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        return Scoped(() =>
        {
            Tensor limit = maxLength is null
                ? RawOps.Maximum(ReduceMax(lengths), RawOps.ZerosLike(ReduceMax(lengths))) : Cast(maxLength, lengths.DType);
            Tensor mask =
                RawOps.Less(RawOps.Range(Tensor.Scalar(0, lengths.DType), limit, Tensor.Scalar(1, lengths.DType)), ExpandDims(lengths, -1));
            return dtype == DType.Bool ? mask : RawOps.Cast(mask, dtype);
        });
    }

    /// <inheritdoc cref="SequenceMask(Tensor, Tensor, DType)"/>
    public static Tensor SequenceMask(Tensor lengths, int maxLength, DType dtype = DType.Bool) =>
        Scoped(() => SequenceMask(lengths, Tensor.Scalar(maxLength), dtype));

    /// <summary>Reverses the first elements of each sequence. Python: <c>tf.reverse_sequence</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="lengths">How many elements of each sequence are reversed, int32 or int64, shape [batch].</param>
    /// <param name="sequenceAxis">The dimension of the sequence.</param>
    /// <param name="batchAxis">The dimension of the batch; default the first.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor ReverseSequence(Tensor x, Tensor lengths, int sequenceAxis, int batchAxis = 0) =>
        RawOps.ReverseSequence(x, lengths, sequenceAxis, batchAxis);

    /// <summary>
    /// Counts values in intervals of equal width; what lies outside counts in the outer ones. Python: <c>tf.histogram_fixed_width</c>.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="minimum">The lower end of the first interval.</param>
    /// <param name="maximum">The upper end of the last interval.</param>
    /// <param name="count">How many intervals; default 100.</param>
    /// <param name="dtype">Int32, the default, or Int64.</param>
    /// <returns>The counts, shape [count].</returns>
    public static Tensor HistogramFixedWidth(Tensor values, double minimum, double maximum, int count = 100, DType dtype = DType.Int32)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Scoped(() => RawOps.HistogramFixedWidth(
            Reshape(values, [-1]), RawOps.Pack([Tensor.Scalar(minimum, values.DType), Tensor.Scalar(maximum, values.DType)]),
                Tensor.Scalar(count), dtype));
    }

    /// <summary>The interval of equal width in which each value lies. Python: <c>tf.histogram_fixed_width_bins</c>.</summary>
    /// <param name="values">The values, floating-point.</param>
    /// <param name="minimum">The lower end of the first interval.</param>
    /// <param name="maximum">The upper end of the last interval.</param>
    /// <param name="count">How many intervals; default 100.</param>
    /// <param name="dtype">Int32, the default, or Int64.</param>
    /// <returns>The intervals, of the shape of the values.</returns>
    public static Tensor HistogramFixedWidthBins(Tensor values, double minimum, double maximum, int count = 100, DType dtype = DType.Int32)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Scoped(() =>
        {
            Tensor bins = RawOps.Floor((values - minimum) / (maximum - minimum) * count);
            return RawOps.Cast(RawOps.ClipByValue(bins, Tensor.Scalar(0, values.DType), Tensor.Scalar(count - 1, values.DType)), dtype);
        });
    }

    /// <summary>Repeats elements, each as often as asked. Python: <c>tf.repeat</c>.</summary>
    /// <param name="x">The tensor; flattened where no axis is given.</param>
    /// <param name="repeats">How often each element is repeated, int32 or int64, shape [n], [1] or [].</param>
    /// <param name="axis">The dimension; null: all, flattened.</param>
    /// <returns>The repeated tensor.</returns>
    public static Tensor Repeat(Tensor x, Tensor repeats, int? axis = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(repeats);
        return Scoped(() =>
        {
            Tensor data = axis is null ? Reshape(x, [-1]) : x;
            int at = axis ?? 0;
            Tensor size = RawOps.Shape(data)[at];
            Tensor counts = RawOps.BroadcastTo(RawOps.Cast(Reshape(repeats, [-1]), DType.Int32), ExpandDims(size, 0));
            // The index of each copy: a step at each element's first.
            Tensor ends = RawOps.Cumsum(counts, Tensor.Scalar(0));
            Tensor total = ReduceSum(counts);
            Tensor index = RawOps.UpperBound(ExpandDims(ends, 0), ExpandDims(RawOps.Range(Tensor.Scalar(0), total, Tensor.Scalar(1)), 0));
            return Gather(data, Reshape(index, [-1]), at);
        });
    }

    /// <inheritdoc cref="Repeat(Tensor, Tensor, int?)"/>
    public static Tensor Repeat(Tensor x, int repeats, int? axis = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (repeats < 0)
            throw new TfLbfgsException($"Tf.Repeat: expected repeats of at least 0, received {repeats}.");
        // Without a known rank only the general form finds its dimension.
        if (axis is not null && !x.Shape.HasRank)
            return Scoped(() => Repeat(x, Tensor.Scalar(repeats), axis));
        return Scoped(() =>
        {
            Tensor data = axis is null ? Reshape(x, [-1]) : x;
            return RepeatEach(data, repeats, axis is { } given ? AxisOf(given, data.Rank) : 0);
        });
    }

    /// <summary>The elements, or slices, for which a mask holds. Python: <c>tf.boolean_mask</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="mask">The mask, bool, of the shape of some successive dimensions of the tensor, of known rank.</param>
    /// <param name="axis">The first of these dimensions; default the first.</param>
    /// <returns>The slices, with these dimensions made one.</returns>
    public static Tensor BooleanMask(Tensor x, Tensor mask, int axis = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Rank < 1)
            throw new TfLbfgsException(
                $"Tf.BooleanMask: expected a mask of known rank and at least one dimension, received {mask.Describe()}.");
        return Scoped(() =>
        {
            int at = axis < 0 ? AxisOf(axis, x.Rank) : axis;
            Tensor shape = RawOps.Shape(x);
            Tensor flat = mask.Rank == 1
                ? x
                : RawOps.Reshape(x, RawOps.ConcatV2([shape[..at], Tensor.From([-1]), shape[(at + mask.Rank)..]], Tensor.Scalar(0)));
            return Gather(flat, Reshape(RawOps.Where(Reshape(mask, [-1])), [-1]), at);
        });
    }

    /// <summary>The coordinates of a grid, from the coordinates on its axes. Python: <c>tf.meshgrid</c>.</summary>
    /// <param name="vectors">The coordinates on each axis, each of shape [n].</param>
    /// <param name="indexing"><c>xy</c>, the default, where the first axis is the second dimension, or <c>ij</c>.</param>
    /// <returns>For each axis its coordinate at each point.</returns>
    public static Tensor[] Meshgrid(IReadOnlyList<Tensor> vectors, string indexing = "xy")
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (indexing is not ("xy" or "ij"))
            throw new TfLbfgsException($"Tf.Meshgrid: expected the indexing xy or ij, received '{indexing}'.");
        bool swaps = indexing == "xy" && vectors.Count > 1;
        int Place(int i) => swaps && i < 2 ? 1 - i : i;
        return ScopedAll(() =>
        {
            Tensor[] sizes = new Tensor[vectors.Count];
            for (int i = 0; i < sizes.Length; i++)
                sizes[Place(i)] = RawOps.Size(vectors[i]);
            Tensor shape = RawOps.Pack(sizes);
            return [.. vectors.Select((vector, i) =>
                RawOps.BroadcastTo(Reshape(vector, [.. Enumerable.Range(0, sizes.Length).Select(j => j == Place(i) ? -1L : 1L)]), shape))];
        });
    }

    /// <summary>The index vectors of flat indices. Python: <c>tf.unravel_index</c>.</summary>
    /// <param name="indices">The flat indices, int32 or int64, shape [] or [n].</param>
    /// <param name="dims">The shape, of the same dtype.</param>
    /// <returns>The vectors, shape [rank] or [rank, n].</returns>
    public static Tensor UnravelIndex(Tensor indices, Tensor dims) => RawOps.UnravelIndex(indices, dims);

    /// <summary>The Levenshtein distances between sequences. Python: <c>tf.edit_distance</c>.</summary>
    /// <param name="hypothesis">The sequences.</param>
    /// <param name="truth">The sequences they are compared with.</param>
    /// <param name="normalize">Whether each distance is divided by the length of the truth; default yes.</param>
    /// <returns>The distances, float32, of the shape of the sparse tensors without the last dimension.</returns>
    public static Tensor EditDistance(SparseTensor hypothesis, SparseTensor truth, bool normalize = true)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(truth);
        return RawOps.EditDistance(hypothesis.Indices, hypothesis.Values, hypothesis.DenseShape, truth.Indices, truth.Values,
            truth.DenseShape, normalize);
    }

    private static Tensor Ordered(Tensor values, int axis, bool descending, Func<Tensor, Tensor, Tensor> choose)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Scoped(() =>
        {
            int[]? order = null;
            Tensor last = values;
            if (axis != -1 && axis != values.Rank - 1)
            {
                order = [.. Enumerable.Range(0, values.Rank)];
                int at = AxisOf(axis, values.Rank);
                (order[at], order[^1]) = (order[^1], order[at]);
                last = Transpose(values, order);
            }

            // The op sorts downwards. Integers cannot all be negated: their complement falls where they rise.
            Tensor key = descending ? last : Flip(last);
            RawOps.TopKV2Outputs top = RawOps.TopKV2(key, RawOps.Shape(key)[^1]);
            Tensor chosen = choose(descending ? top.Values : Flip(top.Values), top.Indices);
            return order is null ? chosen : Transpose(chosen, order);
        });
    }

    private static Tensor Flip(Tensor x) => x.DType.IsInteger ? RawOps.Invert(x) : RawOps.Neg(x);

    // [..., n, ...] to [..., n, 1, ...] to [..., n, count, ...] to [..., n * count, ...], with as much of the shape known as can be.
    private static Tensor RepeatEach(Tensor x, int count, int axis)
    {
        if (count == 1)
            return RawOps.Identity(x);
        int[] multiples = [.. Enumerable.Repeat(1, x.Rank + 1)];
        multiples[axis + 1] = count;
        Tensor repeated = Tile(ExpandDims(x, axis + 1), multiples);
        long[] shape = x.Shape.ToArray();
        shape[axis] = shape[axis] < 0 ? -1 : shape[axis] * count;
        // One size may follow from the others, unless it cannot since there are no elements.
        if (!shape.Contains(-1) || (shape.Count(size => size < 0) == 1 && !shape.Contains(0)))
            return RawOps.Reshape(repeated, Tensor.From<long>(shape));
        Tensor dims = RawOps.Shape(x, DType.Int64);
        return RawOps.Reshape(repeated,
            Stack([.. shape.Select((size, i) => size >= 0 ? Tensor.Scalar(size) : i == axis ? dims[i] * count : dims[i])]));
    }
}

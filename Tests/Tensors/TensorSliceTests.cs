using CsCheck;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Tensors;

public sealed class TensorSliceTests : LeakChecked
{
    private static readonly Gen<long?> Bound = Gen.OneOf<long?>(Gen.Const((long?)null), Gen.Long[-8, 8].Select(v => (long?)v));

    private static readonly Gen<TensorIndex> Slice =
        Gen.Select(Bound, Bound, Gen.Long[-3, 3].Where(step => step != 0), TensorIndex.Slice);

    [Fact]
    public void Index_AnyCombination_IsWhatNumPyGives() =>
        Gen.Select(Gen.Long[1, 4].Array[1, 3],
            Gen.OneOf(Slice, Gen.Const(TensorIndex.NewAxis), Gen.Long[-4, 3].Select(i => (TensorIndex)i)).Array[1, 4], Gen.Int[0, 6])
            .Sample((dims, indices, ellipsisAt) => Check(dims, indices, ellipsisAt), iter: 3000, threads: 1);

    [Fact]
    public void Index_RangesAndIndicesFromTheEnd_FollowCSharp()
    {
        using TensorScope scope = new();
        int[] values = [0, 1, 2, 3, 4];
        Tensor t = Tensor.From(values);
        Assert.Equal(values[1..3], t[1..3].ToArray<int>());
        Assert.Equal(values[..^1], t[..^1].ToArray<int>());
        Assert.Equal(values[^2..], t[^2..].ToArray<int>());
        Assert.Equal(values[..], t[..].ToArray<int>());
        Assert.Equal(values[^0..], t[^0..].ToArray<int>());
        Assert.Equal(values[..0], t[..0].ToArray<int>());
        Assert.Equal(values[^1], t[^1].ToScalar<int>());
        Assert.Equal(values[2], t[2].ToScalar<int>());
        Assert.Equal(values[4], t[-1].ToScalar<int>());
        Assert.Equal([4, 2, 0], t[TensorIndex.Slice(null, null, -2)].ToArray<int>());
        Assert.Equal([1, 5], t[TensorIndex.NewAxis].Shape);
    }

    [Fact]
    public void Index_Impossible_Throws()
    {
        using TensorScope scope = new();
        Tensor t = Tensor.From([1, 2, 3]);
        Assert.Contains("^1 is the last", Assert.Throws<TfLbfgsException>(() => t[^0]).Message, StringComparison.Ordinal);
        Assert.Contains("step", Assert.Throws<TfLbfgsException>(() => TensorIndex.Slice(0, 1, 0)).Message, StringComparison.Ordinal);
        TfStatusException e = Assert.Throws<TfStatusException>(() => t[3]);
        Assert.Contains("int32(3,)", e.Message, StringComparison.Ordinal);
        Assert.Throws<TfStatusException>(() => t[0, 0]);
        Assert.Throws<TfStatusException>(() => t[TensorIndex.Ellipsis, TensorIndex.Ellipsis]);
    }

    private static void Check(long[] dims, TensorIndex[] indices, int ellipsisAt)
    {
        using TensorScope scope = new();
        if (ellipsisAt < indices.Length)
            indices = [.. indices[..ellipsisAt], TensorIndex.Ellipsis, .. indices[ellipsisAt..]];
        int[] values = [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b))];
        Tensor tensor = Tensor.From<int>(values, dims);
        (long[] Shape, int[] Values)? expected = Model(values, dims, indices);
        if (expected is not { } e)
        {
            Assert.Throws<TfStatusException>(() => tensor[indices]);
            return;
        }

        Tensor actual = tensor[indices];
        Assert.Equal(e.Shape, actual.Shape);
        Assert.Equal(e.Values, actual.ToArray<int>());
    }

    /// <summary>Python's rules, one dimension after the other; null where Python raises.</summary>
    private static (long[] Shape, int[] Values)? Model(int[] values, long[] dims, TensorIndex[] indices)
    {
        int used = indices.Count(i => i.Kind is TensorIndex.Form.Single or TensorIndex.Form.Slice);
        if (used > dims.Length)
            return null;
        List<TensorIndex> full = [.. indices];
        int at = full.FindIndex(i => i.Kind == TensorIndex.Form.Ellipsis);
        if (at < 0)
            at = full.Count;
        else
            full.RemoveAt(at);
        full.InsertRange(at, Enumerable.Repeat(TensorIndex.Slice(null, null), dims.Length - used));
        List<long> shape = [];
        List<long[]> positions = [];
        int dimension = 0;
        foreach (TensorIndex index in full)
        {
            if (index.Kind == TensorIndex.Form.NewAxis)
            {
                shape.Add(1);
                continue;
            }

            long size = dims[dimension++];
            if (index.Kind == TensorIndex.Form.Single)
            {
                long position = index.Begin!.Value < 0 ? index.Begin.Value + size : index.Begin.Value;
                if (position < 0 || position >= size)
                    return null;
                positions.Add([position]);
                continue;
            }

            long[] chosen = [.. Positions(index, size)];
            shape.Add(chosen.Length);
            positions.Add(chosen);
        }

        List<long> flat = [0];
        for (int d = 0; d < positions.Count; d++)
            flat = [.. flat.SelectMany(f => positions[d].Select(p => f * dims[d] + p))];
        return ([.. shape], [.. flat.Select(f => values[f])]);
    }

    private static IEnumerable<long> Positions(TensorIndex index, long size)
    {
        long Clamp(long value, long low, long high) => Math.Clamp(value < 0 ? value + size : value, low, high);
        if (index.Stride > 0)
        {
            long end = index.End is { } e ? Clamp(e, 0, size) : size;
            for (long i = index.Begin is { } b ? Clamp(b, 0, size) : 0; i < end; i += index.Stride)
                yield return i;
        }
        else
        {
            long end = index.End is { } e ? Clamp(e, -1, size - 1) : -1;
            for (long i = index.Begin is { } b ? Clamp(b, -1, size - 1) : size - 1; i > end; i += index.Stride)
                yield return i;
        }
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddSelections(OperationTable table)
    {
        table.Add("GetItem", "x key", a =>
            IndexKey.Apply(a, a.Tensor("x"), a.Find("key") ?? throw a.Fail("expected a 'key', received none.")));
        table.Add("Take", "x indices", a =>
        {
            Tensor x = a.Tensor("x"), indices = Index(a, "indices");
            return a.OptionalInt("axis") is { } axis
                ? Tf.Gather(x, FromStart(indices, Tf.Shape(x)[axis]), axis)
                : Tf.Gather(Tf.Reshape(x, [-1]), FromStart(indices, Tf.Size(x)));
        });
        table.Add("TakeAlongAxis", "x indices", a =>
        {
            Tensor x = a.Tensor("x"), indices = Index(a, "indices");
            return a.OptionalInt("axis") is { } axis
                ? OperationFormulas.TakeAlongAxis(x, FromStart(indices, Tf.Shape(x)[axis]), axis)
                : Tf.Gather(Tf.Reshape(x, [-1]), FromStart(Tf.Reshape(indices, [-1]), Tf.Size(x)));
        });
        table.Add("Slice", "inputs start_indices", a => RawOps.Slice(a.Tensor("inputs"), a.Integers("start_indices"), a.Integers("shape")));
        table.Add("SliceUpdate", "inputs start_indices updates", a =>
        {
            Tensor x = a.Tensor("inputs"), updates = Tf.Cast(a.Tensor("updates"), x.DType);
            Tensor start = a.Integers("start_indices");
            return RawOps.TensorStridedSliceUpdate(x, start, start + Tf.Shape(updates), Tf.OnesLike(start), updates);
        });
        table.Add("Scatter", "indices values", a => Tf.ScatterNd(Index(a, "indices"), a.Tensor("values"), a.Integers("shape")));
        table.Add("ScatterUpdate", "inputs indices updates",
            a => (a.Tensor("inputs"), Index(a, "indices"), a.Tensor("updates"), a.Text("reduction", "")) switch
        {
            var (x, at, values, reduction) when reduction.Length == 0 => Tf.TensorScatterNdUpdate(x, at, values),
            var (x, at, values, reduction) when reduction == "add" => Tf.TensorScatterNdAdd(x, at, values),
            var (x, at, values, reduction) when reduction == "max" => Tf.TensorScatterNdMax(x, at, values),
            var (x, at, values, reduction) when reduction == "min" => Tf.TensorScatterNdMin(x, at, values),
            var (_, _, _, reduction) => throw a.Fail($"expected the reduction add, max or min, received '{reduction}'."),
        });
        table.Add("Sort", "x", a => a.Axis(-1) is { } axis ? Tf.Sort(a.Tensor("x"), axis) : Tf.Sort(Tf.Reshape(a.Tensor("x"), [-1])));
        table.Add("Argsort Argpartition", "x", a =>
            a.Axis(-1) is { } axis ? Tf.ArgSort(a.Tensor("x"), axis) : Tf.ArgSort(Tf.Reshape(a.Tensor("x"), [-1])));
        table.Add("Unique", "x", a =>
        {
            if (a.Has("axis") || a.Has("size") || a.Flag("return_index") || a.Flag("return_inverse") || a.Flag("return_counts"))
                throw a.Fail("expected unique elements of the whole tensor without 'size', indices, inverse and counts.");
            Tensor values = Tf.Unique(Tf.Reshape(a.Tensor("x"), [-1])).Values;
            return a.Flag("sorted", true) ? Tf.Sort(values) : values;
        });
        table.Add("Diff", "a", a => Difference(a.Tensor("a"), a.Int("n", 1), a.Int("axis", -1)));
        table.Add("Digitize", "x bins", a =>
            Tf.Reshape(Tf.SearchSorted(a.Tensor("bins"), Tf.Reshape(a.Tensor("x"), [-1]), right: true), Tf.Shape(a.Tensor("x"))));
        table.Add("SearchSorted", "sorted_sequence values", a =>
            Tf.SearchSorted(a.Tensor("sorted_sequence"), a.Tensor("values"), a.Text("side", "left") == "right"));
        table.AddMany("TopK", "x", a =>
        {
            (Tensor values, Tensor indices) = Tf.Math.TopK(a.Tensor("x"), a.Int("k"), a.Flag("sorted", true));
            return [values, indices];
        });
        table.Add("InTopK", "targets predictions", a => Tf.Math.InTopK(a.Tensor("targets"), a.Tensor("predictions"), a.Int("k")));
        table.Add("OneHot", "x", a =>
            Tf.OneHot(Index(a, "x"), a.Int("num_classes"), a.DType("dtype") ?? KerasConfig.FloatX, a.Int("axis", -1)));
        table.Add("MultiHot", "inputs", a =>
            Tf.ReduceMax(Tf.OneHot(Index(a, "inputs"), a.Int("num_classes"), a.DType("dtype") ?? KerasConfig.FloatX, a.Int("axis", -1)),
                [a.Tensor("inputs").Rank == 1 ? 0 : 1]));
        Segments("SegmentSum", Tf.Math.UnsortedSegmentSum, Tf.Math.SegmentSum);
        Segments("SegmentMax", Tf.Math.UnsortedSegmentMax, Tf.Math.SegmentMax);
        Segments("SegmentMin", Tf.Math.UnsortedSegmentMin, Tf.Math.SegmentMin);
        Segments("SegmentProd", Tf.Math.UnsortedSegmentProd, Tf.Math.SegmentProd);

        void Segments(string name, Func<Tensor, Tensor, int, Tensor> unsorted, Func<Tensor, Tensor, Tensor> sorted) => table.Add(
            name, "data segment_ids", a =>
                a.OptionalInt("num_segments") is { } count
                ? unsorted(a.Tensor("data"), Index(a, "segment_ids"), count) : sorted(a.Tensor("data"), Index(a, "segment_ids")));
    }

    private static Tensor Index(OperationArguments a, string name)
    {
        Tensor index = a.Tensor(name, Tensor.Scalar(0));
        return index.DType is DType.Int32 or DType.Int64 ? index : Tf.Cast(index, DType.Int32);
    }

    // Positions below 0 count from the end.
    private static Tensor FromStart(Tensor indices, Tensor size) =>
        Tf.Where(Tf.Less(indices, Tf.ZerosLike(indices)), indices + Tf.Cast(size, indices.DType), indices);

    private static Tensor Difference(Tensor x, int times, int axis)
    {
        int at = OperationFormulas.Axes(x, [axis])[0];
        for (int i = 0; i < times; i++)
            x = x[Key(1, null)] - x[Key(null, -1)];
        return x;

        TensorIndex[] Key(long? begin, long? end) =>
            [.. Enumerable.Range(0, x.Rank).Select(i => i == at ? TensorIndex.Slice(begin, end) : TensorIndex.Slice(null, null))];
    }
}

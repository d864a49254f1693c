using System.Text.Json;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras2Functions
{
    private static void AddShapes(OperationTable table)
    {
        table.Add("reshape", "tensor shape", a => Tf.Reshape(a.Tensor("tensor"), a.Integers("shape")));
        table.Unary("keras.backend.batch_flatten", x => Tf.Reshape(x, Tf.Stack(Tf.Shape(x)[0], Tensor.Scalar(-1))));
        table.Add("expand_dims", "input axis", a => Tf.ExpandDims(a.Tensor("input"), a.Int("axis")));
        table.Add("squeeze compat.v1.squeeze", "input axis", a =>
        {
            Tensor x = a.Tensor("input");
            int[]? axes = a.OptionalInts("axis") ?? a.OptionalInts("squeeze_dims");
            return Tf.Squeeze(x, axes ?? []);
        });
        table.Add("transpose compat.v1.transpose", "a perm", a => Tf.Transpose(a.Tensor("a"), a.OptionalInts("perm"), a.Flag("conjugate")));
        table.Add("tile", "input multiples", a => RawOps.Tile(a.Tensor("input"), a.Integers("multiples")));
        table.Add("repeat", "input repeats axis", a => a.Ints("repeats") is [int single]
            ? Tf.Repeat(a.Tensor("input"), single, a.OptionalInt("axis"))
            : Tf.Repeat(a.Tensor("input"), a.Integers("repeats"), a.OptionalInt("axis")));
        table.Add("roll", "input shift axis", a => Tf.Roll(a.Tensor("input"), a.Ints("shift"), a.Ints("axis")));
        table.Add("reverse", "tensor axis", a => Tf.Reverse(a.Tensor("tensor"), a.Ints("axis")));
        table.Add("reverse_sequence", "input seq_lengths seq_axis batch_axis", a =>
            Tf.ReverseSequence(a.Tensor("input"), a.Tensor("seq_lengths"), a.Int("seq_axis"), a.Int("batch_axis", 0)));
        table.Add("broadcast_to", "input shape", a => Tf.BroadcastTo(a.Tensor("input"), a.Integers("shape")));
        table.Add("pad compat.v1.pad", "tensor paddings mode constant_values", a =>
        {
            string mode = a.Text("mode", "CONSTANT").ToUpperInvariant();
            Tensor x = a.Tensor("tensor"), paddings = a.Tensor("paddings", Tensor.Scalar(0));
            return mode == "CONSTANT"
                ? RawOps.PadV2(x, paddings, Tensor.Scalar(a.Number("constant_values", 0), x.DType))
                : RawOps.MirrorPad(x, paddings, mode);
        });
        table.Add("shape compat.v1.shape", "input out_type", a => Tf.Shape(a.Tensor("input"), a.DType("out_type") ?? DType.Int32));
        table.Add("size compat.v1.size", "input out_type", a => Tf.Size(a.Tensor("input"), a.DType("out_type") ?? DType.Int32));
        table.Add("rank", "input", a => Tf.Rank(a.Tensor("input")));
        table.Add("zeros", "shape dtype", a => Filled(a, 0));
        table.Add("ones", "shape dtype", a => Filled(a, 1));
        table.Add("fill", "dims value", a => Tf.Fill(a.Integers("dims"), a.Tensor("value", Tensor.Scalar(0f))));
        table.Add("range", "start limit delta", a => a.Has("limit")
            ? Tf.Range(a.Tensor("start"), a.Tensor("limit"), a.OptionalTensor("delta"))
            : Tf.Range(Tf.ZerosLike(a.Tensor("start")), a.Tensor("start"), a.OptionalTensor("delta")));
        table.Add("concat", "values axis", a => Tf.Concat(a.Tensors("values"), a.Int("axis")));
        table.Add("stack", "values axis", a => Tf.Stack(a.Tensors("values"), a.Int("axis", 0)));
        table.AddMany("unstack", "value num axis", a => Tf.Unstack(a.Tensor("value"), a.Int("axis", 0)));
        table.AddMany("split", "value num_or_size_splits axis", a => a.Find("num_or_size_splits") is { ValueKind: JsonValueKind.Number }
            ? Tf.Split(a.Tensor("value"), a.Int("num_or_size_splits"), a.Int("axis", 0))
            : Tf.Split(a.Tensor("value"), a.Ints("num_or_size_splits"), a.Int("axis", 0)));
        table.AddMany("meshgrid", "", a => Tf.Meshgrid(a.Rest(0), a.Text("indexing", "xy")));
    }

    private static void AddSelections(OperationTable table)
    {
        table.Add("__operators__.getitem", "tensor slice_spec", GetItem);
        table.Add("slice", "input_ begin size", a => RawOps.Slice(a.Tensor("input_"), a.Integers("begin"), a.Integers("size")));
        table.Add("strided_slice", "input_ begin end strides", a =>
        {
            int[] begin = a.Ints("begin");
            return Tf.StridedSlice(
                a.Tensor("input_"), begin, a.Ints("end"), a.OptionalInts("strides"), a.Int("begin_mask", 0), a.Int("end_mask", 0),
                a.Int("ellipsis_mask", 0), a.Int("new_axis_mask", 0), a.Int("shrink_axis_mask", 0));
        });
        table.Add("gather compat.v1.gather", "params indices validate_indices axis batch_dims", a =>
        {
            int batchDims = a.Int("batch_dims", 0);
            return Tf.Gather(a.Tensor("params"), a.Tensor("indices", Tensor.Scalar(0)), a.Int("axis", batchDims), batchDims);
        });
        table.Add("gather_nd compat.v1.gather_nd", "params indices batch_dims", a =>
            Tf.GatherNd(a.Tensor("params"), a.Tensor("indices", Tensor.Scalar(0)), a.Int("batch_dims", 0)));
        table.Add("boolean_mask compat.v1.boolean_mask", "tensor mask axis", a =>
            Tf.BooleanMask(a.Tensor("tensor"), a.Tensor("mask"), a.Int("axis", 0)));
        table.Add("one_hot", "indices depth on_value off_value axis dtype", a =>
        {
            Tensor indices = a.Tensor("indices", Tensor.Scalar(0));
            int depth = a.Int("depth"), axis = a.Int("axis", -1);
            DType dtype = a.DType("dtype") ?? KerasConfig.FloatX;
            return a.Has("on_value") || a.Has("off_value")
                ? Tf.OneHot(
                    indices, depth, Tensor.Scalar(a.Number("on_value", 1), dtype), Tensor.Scalar(a.Number("off_value", 0), dtype), axis)
                : Tf.OneHot(indices, depth, dtype, axis);
        });
        table.Add("sort", "values axis direction", a =>
            Tf.Sort(a.Tensor("values"), a.Int("axis", -1), a.Text("direction", "ASCENDING") == "DESCENDING"));
        table.Add("argsort", "values axis direction", a =>
            Tf.ArgSort(a.Tensor("values"), a.Int("axis", -1), a.Text("direction", "ASCENDING") == "DESCENDING"));
        table.AddMany("math.top_k nn.top_k", "input k sorted", a =>
        {
            (Tensor values, Tensor indices) = Tf.Math.TopK(a.Tensor("input"), a.Int("k", 1), a.Flag("sorted", true));
            return [values, indices];
        });
        table.Add("math.in_top_k nn.in_top_k", "targets predictions k", a =>
            Tf.Math.InTopK(a.Tensor("targets"), a.Tensor("predictions"), a.Int("k")));
        Segments("sum", Tf.Math.UnsortedSegmentSum);
        Segments("max", Tf.Math.UnsortedSegmentMax);
        Segments("min", Tf.Math.UnsortedSegmentMin);
        Segments("prod", Tf.Math.UnsortedSegmentProd);
        Segments("mean", Tf.Math.UnsortedSegmentMean);

        void Segments(string name, Func<Tensor, Tensor, int, Tensor> compute) => table.Add(
            $"math.unsorted_segment_{name}", "data segment_ids num_segments", a =>
                compute(a.Tensor("data"), a.Tensor("segment_ids", Tensor.Scalar(0)), a.Int("num_segments")));
    }

    // A bool tensor in the brackets is a mask.
    private static Tensor GetItem(OperationArguments a)
    {
        JsonElement key = a.Find("slice_spec") ?? throw a.Fail("expected a 'slice_spec', received none.");
        return OperationTemplate.InputOf(key) is { } mask
            ? Tf.BooleanMask(a.Tensor("tensor"), a.Inputs[mask]) : IndexKey.Apply(a, a.Tensor("tensor"), key);
    }

    private static Tensor Filled(OperationArguments a, double value) =>
        Tf.Fill(a.Integers("shape"), Tensor.Scalar(value, a.DType("dtype") ?? KerasConfig.FloatX));
}

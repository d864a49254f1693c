using System.Text.Json;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddShapes(OperationTable table)
    {
        table.Add("Reshape", "x", a => Tf.Reshape(a.Tensor("x"), a.Integers("newshape")));
        table.Unary("Ravel", x => Tf.Reshape(x, [-1]));
        table.Unary("Ndim", x => Tensor.Scalar(x.Rank));
        table.Unary("Size", x => Tf.Size(x));
        table.Add("ExpandDims", "x", a => ExpandDims(a.Tensor("x"), a.Ints("axis")));
        table.Add("Squeeze", "x", a => Squeeze(a.Tensor("x"), a.OptionalInts("axis")));
        table.Add("Transpose", "x", a => Tf.Transpose(a.Tensor("x"), a.OptionalInts("axes")));
        table.Add("Swapaxes", "x", a => Swap(a.Tensor("x"), a.Int("axis1"), a.Int("axis2")));
        table.Add("Moveaxis", "x", a => OperationFormulas.MoveAxes(a.Tensor("x"), a.Ints("source"), a.Ints("destination")));
        table.Add("Rot90", "array", a => Rotate(a.Tensor("array"), a.Int("k", 1), a.OptionalInts("axes") ?? [0, 1]));
        table.Add("Tile", "x", a => Tile(a.Tensor("x"), a.Ints("repeats")));
        table.Add("Repeat", "x", a => a.Ints("repeats") is [int single]
            ? Tf.Repeat(a.Tensor("x"), single, a.OptionalInt("axis"))
            : Tf.Repeat(a.Tensor("x"), a.Integers("repeats"), a.OptionalInt("axis")));
        table.Add("Roll", "x", a => Roll(a.Tensor("x"), a.Ints("shift"), a.OptionalInts("axis")));
        table.Add("Flip", "x", a => Tf.Reverse(a.Tensor("x"), OperationFormulas.Axes(a.Tensor("x"), a.OptionalInts("axis"))));
        table.Unary("Fliplr", x => Tf.Reverse(x, 1));
        table.Unary("Flipud", x => Tf.Reverse(x, 0));
        table.Add("BroadcastTo", "x", a => Tf.BroadcastTo(a.Tensor("x"), a.Integers("shape")));
        table.Add("Full", "fill_value", a =>
            Tf.Fill(a.Integers("shape"), a.DType("dtype") is { } dtype ? Tf.Cast(a.Tensor("fill_value"), dtype) : a.Tensor("fill_value")));
        table.Add("Pad", "x constant_values", Pad);
        AddJoins(table);
        AddTriangles(table);
    }

    private static void AddJoins(OperationTable table)
    {
        table.Add("Concatenate", "xs", a => Tf.Concat(Promotion.Of(a.Tensors("xs")), a.Int("axis", 0)));
        table.Add("Stack", "x", a => Tf.Stack(Promotion.Of(a.Tensors("x")), a.Int("axis", 0)));
        table.Add("Hstack", "xs", a => Tf.Concat(Promotion.Of(a.Tensors("xs")), a.Tensors("xs")[0].Rank == 1 ? 0 : 1));
        table.Add("Vstack", "xs", a => Tf.Concat([.. Promotion.Of(a.Tensors("xs")).Select(x => x.Rank < 2 ? Tf.ExpandDims(x, 0) : x)], 0));
        table.Add("Dstack", "xs", a => Tf.Concat([.. Promotion.Of(a.Tensors("xs")).Select(AtLeast3D)], 2));
        table.Add("Append", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            return a.OptionalInt("axis") is { } axis ? Tf.Concat([x, y], axis) : Tf.Concat([Tf.Reshape(x, [-1]), Tf.Reshape(y, [-1])], 0);
        });
        table.AddMany("Split", "x", a => Split(a, a.Int("axis", 0)));
        table.AddMany("Hsplit", "x", a => Split(a, a.Tensor("x").Rank == 1 ? 0 : 1));
        table.AddMany("Vsplit", "x", a => Split(a, 0));
        table.AddMany("Dsplit", "x", a => Split(a, 2));
        table.AddMany("ArraySplit", "x", a => Split(a, a.Int("axis", 0), even: false));
        table.AddMany("Unstack", "x", a => Tf.Unstack(a.Tensor("x"), a.Int("axis", 0)));
        table.AddMany("Meshgrid", "", a => Tf.Meshgrid(a.Rest(0), a.Text("indexing", "xy")));
    }

    private static void AddTriangles(OperationTable table)
    {
        table.Add("Tril", "x", a => BandMask(a, keepBelow: true));
        table.Add("Triu", "x", a => BandMask(a, keepBelow: false));
        table.Add("Diagonal", "x", a =>
            OperationFormulas.Diagonal(a.Tensor("x"), a.Int("offset", 0), a.Int("axis1", 0), a.Int("axis2", 1)));
        table.Add("Trace", "x", a =>
            Tf.ReduceSum(OperationFormulas.Diagonal(a.Tensor("x"), a.Int("offset", 0), a.Int("axis1", 0), a.Int("axis2", 1)), -1));
        table.Add("Diag", "x", a =>
            a.Tensor("x").Rank == 1 ? Tf.Linalg.Diag(a.Tensor("x"), a.Int("k", 0)) : Tf.Linalg.DiagPart(a.Tensor("x"), a.Int("k", 0)));
        table.Add("Diagflat", "x", a => Tf.Linalg.Diag(Tf.Reshape(a.Tensor("x"), [-1]), a.Int("k", 0)));
    }

    private static Tensor ExpandDims(Tensor x, int[] axes)
    {
        int rank = x.Rank + axes.Length;
        return axes.Select(axis => axis < 0 ? axis + rank : axis).Order().Aggregate(x, Tf.ExpandDims);
    }

    // Without axes all of size 1 go; the batch stays, whose size the graph does not know.
    private static Tensor Squeeze(Tensor x, int[]? axes)
    {
        int[] squeezed = axes ?? [.. Enumerable.Range(0, x.Rank).Where(axis => x.Shape[axis] == 1)];
        return squeezed.Length == 0 ? Tf.Identity(x) : Tf.Squeeze(x, squeezed);
    }

    private static Tensor Swap(Tensor x, int first, int second)
    {
        int[] order = OperationFormulas.Axes(x, null), pair = OperationFormulas.Axes(x, [first, second]);
        (order[pair[0]], order[pair[1]]) = (order[pair[1]], order[pair[0]]);
        return Tf.Transpose(x, order);
    }

    private static Tensor Rotate(Tensor x, int turns, int[] axes)
    {
        int[] plane = OperationFormulas.Axes(x, axes);
        return (((turns % 4) + 4) % 4) switch
        {
            0 => Tf.Identity(x),
            1 => Swap(Tf.Reverse(x, plane[1]), plane[0], plane[1]),
            2 => Tf.Reverse(x, plane),
            _ => Tf.Reverse(Swap(x, plane[0], plane[1]), plane[1]),
        };
    }

    // The shorter of shape and repeats is filled up with ones from the left.
    private static Tensor Tile(Tensor x, int[] repeats)
    {
        while (x.Rank < repeats.Length)
            x = Tf.ExpandDims(x, 0);
        return Tf.Tile(x, [.. Enumerable.Repeat(1, x.Rank - repeats.Length), .. repeats]);
    }

    private static Tensor Roll(Tensor x, int[] shifts, int[]? axes) => axes is null
        ? Tf.Reshape(Tf.Roll(Tf.Reshape(x, [-1]), shifts[0], 0), Tf.Shape(x))
        : Tf.Roll(x, shifts.Length == axes.Length ? shifts : [.. axes.Select(_ => shifts[0])], axes);

    private static Tensor Pad(OperationArguments a)
    {
        Tensor x = a.Tensor("x");
        int[] flat =
            [.. (a.Find("pad_width") ?? throw a.Fail("expected 'pad_width', received none.")) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray()
                .SelectMany(item => item.ValueKind == JsonValueKind.Array ? item.EnumerateArray() : Enumerable.Repeat(item, 1))
                .Select(item => item.GetInt32())
            : [a.Int("pad_width")]];
        int[,] paddings = new int[x.Rank, 2];
        for (int axis = 0; axis < x.Rank; axis++)
        {
            (paddings[axis, 0], paddings[axis, 1]) = flat.Length == 1 ? (flat[0], flat[0]) : flat.Length == 2 ? (flat[0], flat[1])
                : flat.Length == 2 * x.Rank ? (flat[2 * axis], flat[(2 * axis) + 1])
                : throw a.Fail($"expected two paddings for each of {x.Rank} dimensions, received {flat.Length} numbers.");
        }

        string mode = a.Text("mode", "constant");
        return mode == "constant" ? Tf.Pad(x, paddings, a.Number("constant_values", 0)) : Tf.Pad(x, paddings, mode.ToUpperInvariant());
    }

    private static Tensor AtLeast3D(Tensor x) => x.Rank switch
    {
        1 => Tf.ExpandDims(Tf.ExpandDims(x, 0), -1),
        2 => Tf.ExpandDims(x, -1),
        _ => x,
    };

    private static Tensor[] Split(OperationArguments a, int axis, bool even = true)
    {
        Tensor x = a.Tensor("x");
        bool isCount = a.Find("indices_or_sections") is { ValueKind: JsonValueKind.Number };
        if (isCount && even)
            return Tf.Split(x, a.Int("indices_or_sections"), axis);
        long length = x.Shape[axis];
        if (length < 0)
            throw a.Fail($"expected a known size of axis {axis} to split at positions, received shape {x.Shape}.");
        if (isCount)
        {
            int parts = a.Int("indices_or_sections");
            return Tf.Split(x, [.. Enumerable.Range(0, parts).Select(i => (int)((length / parts) + (i < length % parts ? 1 : 0)))], axis);
        }

        int[] ends =
            [.. a.Ints("indices_or_sections").Select(end => (int)Math.Clamp(end < 0 ? end + length : end, 0, length)), (int)length];
        return Tf.Split(x, [.. ends.Select((end, i) => Math.Max(0, end - (i == 0 ? 0 : ends[i - 1])))], axis);
    }

    private static Tensor BandMask(OperationArguments a, bool keepBelow)
    {
        Tensor x = a.Tensor("x");
        int k = a.Int("k", 0);
        Tensor shape = Tf.Shape(x);
        Tensor rows = Tf.ExpandDims(Tf.Range(Tensor.Scalar(0), shape[-2]), 1),
            columns = Tf.ExpandDims(Tf.Range(Tensor.Scalar(0), shape[-1]), 0);
        Tensor offset = columns - rows;
        Tensor keep = keepBelow ? Tf.LessEqual(offset, Tensor.Scalar(k)) : Tf.GreaterEqual(offset, Tensor.Scalar(k));
        return Tf.Where(keep, x, Tf.ZerosLike(x));
    }
}

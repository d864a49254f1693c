using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Reading and writing by indices. The gradient of a table whose rows are gathered is sparse until something needs it dense.
/// </summary>
internal static class GatherRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.Gather, ScatterRows);
        rules.Add(OpNames.GatherV2, GatherV2);
        rules.Add(OpNames.ResourceGather, ResourceGather);
        rules.Add(OpNames.GatherNd, context =>
        {
            (Tensor x, Tensor indices) = (context.Inputs[0], context.Inputs[1]);
            return context.Result(
                RawOps.ScatterNd(indices, context.Upstream, ShapeOf(x, indices.DType),
                context.Get(OpAttributes.GatherNd.BadIndicesPolicy)));
        });
        rules.Add(OpNames.ResourceGatherNd, context => context.Result(
            RawOps.ScatterNd(context.Inputs[1], context.Upstream, RawOps.VariableShape(context.Inputs[0], context.Inputs[1].DType))));
        rules.Add(OpNames.ScatterNd, context => context.Result(null, RawOps.GatherNd(context.Upstream, context.Inputs[0])));
        rules.Add(OpNames.TensorScatterUpdate, context => context.Result(
            context.Needs(0) ? RawOps.TensorScatterUpdate(context.Upstream, context.Inputs[1], RawOps.ZerosLike(context.Inputs[2])) : null,
            null,
            context.Needs(2) ? RawOps.GatherNd(context.Upstream, context.Inputs[1]) : null));
        foreach (string op in (ReadOnlySpan<string>)[OpNames.TensorScatterAdd, OpNames.ScatterNdNonAliasingAdd])
            rules.Add(op,
                context => context.Result(context.Upstream, null, context.Needs(2)
                ? RawOps.GatherNd(context.Upstream, context.Inputs[1]) : null));
        rules.Add(OpNames.TensorScatterSub, context => context.Result(
            context.Upstream, null, context.Needs(2) ? -RawOps.GatherNd(context.Upstream, context.Inputs[1]) : null));
        rules.Add(OpNames.TensorScatterMax, ScatterExtremum);
        rules.Add(OpNames.TensorScatterMin, ScatterExtremum);
    }

    /// <summary>The gradient of gathered rows stands where they came from.</summary>
    private static Tensor?[] ScatterRows(RuleContext context)
    {
        (Tensor g, Tensor x, Tensor indices) = (context.Upstream, context.Inputs[0], context.Inputs[1]);
        Tensor flat = indices.Rank == 1 ? indices : RawOps.Reshape(indices, Ints(-1));
        Tensor rows = g;
        if (indices.Rank != 1)
        {
            if (indices.Shape.IsFullyKnown && Tail(x.Shape) is { } tail)
                rows = RawOps.Reshape(g, Ints([indices.Shape.ElementCount, .. tail]));
            else
                rows = RawOps.Reshape(g,
                    RawOps.ConcatV2(
                    [RawOps.Reshape(RawOps.Size(indices, DType.Int64), Ints(1)), RawOps.Slice(ShapeOf(x), Ints(1), Ints(-1))], Int32(0)));
        }

        context.GiveSlices(0, rows, flat, FirstDimension(x));
        return context.Result();
    }

    private static long[]? Tail(Shape shape)
    {
        if (!shape.HasRank || shape.Rank == 0)
            return null;
        long[] tail = shape.ToArray()[1..];
        return Array.TrueForAll(tail, dim => dim >= 0) ? tail : null;
    }

    private static Tensor FirstDimension(Tensor x) => x.Shape.HasRank && x.Shape[0] >= 0
        ? Int32(x.Shape[0])
        : RawOps.Reshape(RawOps.Slice(RawOps.Shape(x), Ints(0), Ints(1)), Ints());

    private static Tensor?[] GatherV2(RuleContext context)
    {
        (Tensor x, Tensor indices, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        if (!context.Needs(0))
            return context.Result();
        long batch = context.Get(OpAttributes.GatherV2.BatchDims);
        if (ConstantValue(context.Inputs[2]) is not [var axis] || (axis != 0 && x.Rank < 0)
            || ((axis != 0 || batch != 0) && indices.Rank < 0))
        {
            throw new TfLbfgsException(
                "The gradient of GatherV2 needs an axis and ranks that are known while tracing; "
                + $"received axis {context.Inputs[2].Describe()}, {x.Describe()} and indices {indices.Describe()}.");
        }

        axis = axis < 0 ? axis + x.Rank : axis;
        batch = batch < 0 ? batch + indices.Rank : batch;
        if (axis == 0 && batch == 0)
            return ScatterRows(context);
        return context.Result(GatherAlong(g, x, indices, (int)axis, (int)batch));
    }

    /// <summary>
    /// The gathered dimension is brought to the front, with the batch dimensions before it; then those are one dimension of rows, into
    /// which the gradient is added.
    /// </summary>
    private static Tensor GatherAlong(Tensor g, Tensor x, Tensor indices, int axis, int batch)
    {
        int inner = indices.Rank - batch;
        // g: batch, outer, indices, tail  ->  batch, indices, outer, tail
        long[] order = [.. Span(0, batch), .. Span(axis, inner), .. Span(batch, axis - batch), .. Span(axis + inner, x.Rank - axis - 1)];
        Tensor moved = RawOps.Transpose(g, Ints(order));
        // x: batch, outer, axis, tail  ->  batch, axis, outer, tail
        long[] target = [.. Span(0, batch), axis, .. Span(batch, axis - batch), .. Span(axis + 1, x.Rank - axis - 1)];
        Tensor shape = RawOps.GatherV2(ShapeOf(x), Ints(target), Int32(0));
        Tensor outer = RawOps.Slice(shape, Ints(0), Ints(batch));
        Tensor size = RawOps.Slice(shape, Ints(batch), Ints(1));
        Tensor tail = RawOps.Slice(shape, Ints(batch + 1), Ints(-1));
        Tensor batches = RawOps.Prod(outer, Ints(0), keepDims: true);
        Tensor flat = RawOps.Cast(indices, DType.Int64);
        if (batch > 0)
        {
            Tensor matrix =
                RawOps.Reshape(flat,
                RawOps.ConcatV2([batches, RawOps.Prod(RawOps.Slice(ShapeOf(indices), Ints(batch), Ints(-1)), Ints(0), keepDims: true)],
                Int32(0)));
            Tensor scalar = RawOps.Reshape(batches, Ints());
            Tensor offsets = RawOps.Range(Tensor.Scalar(0L), scalar, Tensor.Scalar(1L)) * size;
            flat = matrix + RawOps.ExpandDims(offsets, Int32(1));
        }

        flat = RawOps.Reshape(flat, Ints(-1));
        Tensor rows = RawOps.Reshape(moved, RawOps.ConcatV2([RawOps.Shape(flat, DType.Int64), tail], Int32(0)));
        Tensor sum = RawOps.UnsortedSegmentSum(rows, flat, RawOps.Reshape(batches * size, Ints()));
        return RawOps.Transpose(RawOps.Reshape(sum, shape), Ints(ShapeRules.Inverse(target)));
    }

    private static long[] Span(int start, int count)
    {
        long[] span = new long[count];
        for (int i = 0; i < count; i++)
            span[i] = start + i;
        return span;
    }

    private static Tensor?[] ResourceGather(RuleContext context)
    {
        (Tensor handle, Tensor indices) = (context.Inputs[0], context.Inputs[1]);
        Tensor shape = RawOps.VariableShape(handle, DType.Int64);
        Tensor tail = RawOps.Slice(shape, Ints(1), Ints(-1));
        Tensor flat = RawOps.Reshape(indices, Ints(-1));
        Tensor rows = RawOps.Reshape(context.Upstream, RawOps.ConcatV2([RawOps.Shape(flat, DType.Int64), tail], Int32(0)));
        context.GiveSlices(0, rows, flat, RawOps.Reshape(RawOps.Slice(shape, Ints(0), Ints(1)), Ints()));
        return context.Result();
    }

    /// <summary>The gradient is shared evenly by what is equal to the extremum.</summary>
    private static Tensor?[] ScatterExtremum(RuleContext context)
    {
        (Tensor x, Tensor indices, Tensor updates, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Inputs[2], context.Upstream);
        Tensor ofX = Indicator(RawOps.Equal(x, context.Outputs[0]), g.DType);
        Tensor ofUpdates = Indicator(RawOps.Equal(updates, RawOps.GatherNd(context.Outputs[0], indices)), g.DType);
        Tensor count = ofX + RawOps.ScatterNd(indices, ofUpdates, ShapeOf(x, indices.DType));
        return context.Result(
            context.Needs(0) ? g * ofX / count : null,
            null,
            context.Needs(2) ? RawOps.GatherNd(g / count, indices) * ofUpdates : null);
    }
}

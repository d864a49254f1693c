using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Slices, paddings, concatenations and splits.</summary>
internal static class SliceRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.Slice, context => context.Result(Slice(context)));
        rules.Add(OpNames.StridedSlice, context => context.Result(StridedSlice(context)));
        rules.Add(OpNames.StridedSliceGrad, context => context.Result(null, null, null, null, Strided(context, context.Upstream)));
        rules.Add(OpNames.TensorStridedSliceUpdate, StridedUpdate);
        foreach (string op in (ReadOnlySpan<string>)[OpNames.Pad, OpNames.PadV2])
            rules.Add(op, context => context.Result(Pad(context)));
        rules.Add(OpNames.MirrorPad,
            context => context.Result(RawOps.MirrorPadGrad(context.Upstream, context.Inputs[1], context.Get(OpAttributes.MirrorPad.Mode))));
        rules.Add(OpNames.MirrorPadGrad,
            context => context.Result(RawOps.MirrorPad(context.Upstream, context.Inputs[1], context.Get(OpAttributes.MirrorPad.Mode))));
        rules.Add(OpNames.ConcatV2, context => Concat(context, first: 0, axis: context.Inputs.Count - 1));
        rules.Add(OpNames.Concat, context => Concat(context, first: 1, axis: 0));
        rules.Add(OpNames.Split, context => context.Result(null, Join(context, context.Inputs[0])));
        rules.Add(OpNames.SplitV, context => context.Result(Join(context, context.Inputs[2])));
        rules.Add(OpNames.Pack, Pack);
        rules.Add(OpNames.Unpack, context => context.Result(RawOps.Pack(Upstreams(context), context.Get(OpAttributes.Pack.Axis))));
    }

    private static Tensor[] Upstreams(RuleContext context)
    {
        Tensor[] upstreams = new Tensor[context.Outputs.Count];
        for (int i = 0; i < upstreams.Length; i++)
            upstreams[i] = context.UpstreamOf(i);
        return upstreams;
    }

    /// <summary>The upstream gradients one after another; ConcatV2 refuses a single one.</summary>
    private static Tensor Join(RuleContext context, Tensor axis) =>
        context.Outputs.Count == 1 ? context.Upstream : RawOps.ConcatV2(Upstreams(context), axis);

    private static Tensor?[] Pack(RuleContext context) =>
        [.. RawOps.Unpack(context.Upstream, context.Inputs.Count, context.Get(OpAttributes.Pack.Axis))];

    /// <summary>Zeros on both sides.</summary>
    private static Tensor Slice(RuleContext context)
    {
        (Tensor x, Tensor begin, Tensor y) = (context.Inputs[0], context.Inputs[1], context.Outputs[0]);
        if (x.Shape.IsFullyKnown && y.Shape.IsFullyKnown && ConstantValue(begin) is { } from)
        {
            long[] padding = new long[2 * from.Length];
            for (int i = 0; i < from.Length; i++)
            {
                padding[2 * i] = from[i];
                padding[(2 * i) + 1] = x.Shape[i] - y.Shape[i] - from[i];
            }

            return RawOps.Pad(context.Upstream, RawOps.Reshape(Ints(padding), Ints(from.Length, 2)));
        }

        Tensor after = ShapeOf(x, begin.DType) - ShapeOf(y, begin.DType) - begin;
        return RawOps.Pad(context.Upstream, RawOps.Pack([begin, after], axis: 1));
    }

    private static Tensor StridedSlice(RuleContext context)
    {
        (Tensor x, Tensor begin) = (context.Inputs[0], context.Inputs[1]);
        return RawOps.StridedSliceGrad(
            ShapeOf(x, begin.DType), begin, context.Inputs[2], context.Inputs[3], context.Upstream,
            context.Get(OpAttributes.StridedSlice.BeginMask), context.Get(OpAttributes.StridedSlice.EndMask),
                context.Get(OpAttributes.StridedSlice.EllipsisMask), context.Get(OpAttributes.StridedSlice.NewAxisMask),
                context.Get(OpAttributes.StridedSlice.ShrinkAxisMask));
    }

    /// <summary>The slice that the op takes, of another tensor.</summary>
    private static Tensor Strided(RuleContext context, Tensor g) => RawOps.StridedSlice(
        g, context.Inputs[1], context.Inputs[2], context.Inputs[3],
        context.Get(OpAttributes.StridedSlice.BeginMask), context.Get(OpAttributes.StridedSlice.EndMask),
            context.Get(OpAttributes.StridedSlice.EllipsisMask), context.Get(OpAttributes.StridedSlice.NewAxisMask),
            context.Get(OpAttributes.StridedSlice.ShrinkAxisMask));

    private static Tensor?[] StridedUpdate(RuleContext context)
    {
        Tensor g = context.Upstream;
        Tensor slice = Strided(context, g);
        Tensor? gx = !context.Needs(0) ? null : RawOps.TensorStridedSliceUpdate(
            g, context.Inputs[1], context.Inputs[2], context.Inputs[3], RawOps.ZerosLike(slice),
            context.Get(OpAttributes.StridedSlice.BeginMask), context.Get(OpAttributes.StridedSlice.EndMask),
                context.Get(OpAttributes.StridedSlice.EllipsisMask), context.Get(OpAttributes.StridedSlice.NewAxisMask),
                context.Get(OpAttributes.StridedSlice.ShrinkAxisMask));
        return context.Result(gx, null, null, null, Broadcast.SumTo(slice, context.Inputs[4]));
    }

    private static Tensor Pad(RuleContext context)
    {
        (Tensor x, Tensor paddings) = (context.Inputs[0], context.Inputs[1]);
        Tensor begin;
        if (ConstantValue(paddings) is { } known)
        {
            long[] from = new long[known.Length / 2];
            for (int i = 0; i < from.Length; i++)
                from[i] = known[2 * i];
            begin = Ints(from, paddings.DType);
        }
        else
        {
            begin = RawOps.Reshape(RawOps.Slice(paddings, Ints(0, 0), Ints(-1, 1)), Ints(-1));
        }

        return RawOps.Slice(context.Upstream, begin, ShapeOf(x, paddings.DType));
    }

    private static Tensor?[] Concat(RuleContext context, int first, int axis)
    {
        Tensor?[] gradients = new Tensor?[context.Inputs.Count];
        Tensor g = context.Upstream;
        int count = gradients.Length - 1;
        if (count == 1)
        {
            gradients[first] = g;
            return gradients;
        }

        if (ConstantValue(context.Inputs[axis]) is not [var along] || g.Rank < 0)
        {
            ConcatUnknown(context, first, axis, gradients);
            return gradients;
        }

        along = along < 0 ? along + g.Rank : along;
        long[] sizes = new long[count];
        int unknown = 0;
        for (int i = 0; i < count; i++)
        {
            Shape shape = context.Inputs[first + i].Shape;
            sizes[i] = shape.HasRank ? shape[(int)along] : -1;
            unknown += sizes[i] < 0 ? 1 : 0;
        }

        if (unknown > 1)
        {
            ConcatUnknown(context, first, axis, gradients);
            return gradients;
        }

        Tensor[] parts = RawOps.SplitV(g, Ints(sizes), Int32(along), count);
        for (int i = 0; i < count; i++)
            gradients[first + i] = parts[i];
        return gradients;
    }

    private static void ConcatUnknown(RuleContext context, int first, int axis, Tensor?[] gradients)
    {
        Tensor[] shapes = new Tensor[gradients.Length - 1];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = ShapeOf(context.Inputs[first + i], DType.Int32);
        Tensor rank = RawOps.Size(shapes[0]);
        Tensor along = RawOps.FloorMod(RawOps.Cast(context.Inputs[axis], DType.Int32), rank);
        Tensor[] offsets = RawOps.ConcatOffset(along, shapes);
        for (int i = 0; i < shapes.Length; i++)
        {
            if (context.Needs(first + i))
                gradients[first + i] = RawOps.Slice(context.Upstream, offsets[i], shapes[i]);
        }
    }
}

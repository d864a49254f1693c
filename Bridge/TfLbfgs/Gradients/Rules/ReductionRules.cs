using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Sums and other reductions.</summary>
internal static class ReductionRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.Sum, context => context.Result(Spread(context, context.Upstream)));
        rules.Add(OpNames.Mean, context => context.Result(Spread(context, DivideByCount(context))));
        rules.Add(OpNames.Max, Extremum);
        rules.Add(OpNames.Min, Extremum);
        rules.Add(OpNames.EuclideanNorm,
            context => context.Result(
            context.Inputs[0] / (KeepDims(context, context.Outputs[0]) / KeepDims(context, WithoutImaginary(context.Upstream)))));
        rules.Add(OpNames.Prod, Product);
        rules.Unary(OpNames.L2Loss, (g, x, _) => x * g);
        rules.NotDifferentiable(OpNames.All, OpNames.Any, OpNames.ArgMax, OpNames.ArgMin, OpNames.Bincount, OpNames.HistogramFixedWidth,
            OpNames.Bucketize);
    }

    /// <summary>Repeats a gradient of the reduced shape along the reduced dimensions.</summary>
    private static Tensor Spread(RuleContext context, Tensor g)
    {
        Tensor x = context.Inputs[0];
        if (x.Shape.IsFullyKnown && x.Shape == g.Shape)
            return g;
        return RawOps.BroadcastTo(KeepDims(context, g, forBroadcast: true), ShapeOf(x));
    }

    /// <summary>Puts the reduced dimensions back, with size 1.</summary>
    private static Tensor KeepDims(RuleContext context, Tensor g, bool forBroadcast = false)
    {
        if (context.Get(OpAttributes.Sum.KeepDims))
            return g;
        Tensor x = context.Inputs[0];
        if (ConstantAxes(context.Inputs[1], x.Rank) is not { } axes)
            return RawOps.Reshape(g, ReducedShape(x, context.Inputs[1]));
        // Broadcasting adds leading dimensions by itself.
        Array.Sort(axes);
        if (axes.Length == 0 || (forBroadcast && axes[^1] == axes.Length - 1))
            return g;
        long[] dims = x.Shape.ToArray();
        foreach (int axis in axes)
            dims[axis] = 1;
        if (ReshapeDimensions(dims) is { } open)
            return RawOps.Reshape(g, Ints(open));
        foreach (int axis in axes)
            g = RawOps.ExpandDims(g, Int32(axis));
        return g;
    }

    /// <summary>The shape after a reduction that keeps dimensions, computed when the function runs.</summary>
    private static Tensor ReducedShape(Tensor x, Tensor axes)
    {
        Tensor shape = ShapeOf(x, DType.Int32);
        Tensor rank = RawOps.Size(shape);
        Tensor positive = RawOps.FloorMod(RawOps.Reshape(RawOps.Cast(axes, DType.Int32), Ints(-1)) + rank, rank);
        return RawOps.DynamicStitch([RawOps.Range(Int32(0), rank, Int32(1)), positive], [shape, RawOps.OnesLike(positive)]);
    }

    private static Tensor DivideByCount(RuleContext context)
    {
        (Tensor x, Tensor g) = (context.Inputs[0], context.Upstream);
        int[]? axes = ConstantAxes(context.Inputs[1], x.Rank);
        if (axes is not null && Array.TrueForAll(axes, axis => x.Shape[axis] >= 0))
        {
            long count = 1;
            foreach (int axis in axes)
                count *= x.Shape[axis];
            // An empty mean has no gradient to speak of; 1 keeps its derivatives finite.
            return count == 1 ? g : g / Math.Max(count, 1);
        }

        Tensor size;
        if (axes is not null && axes.Length == x.Rank)
        {
            size = RawOps.Size(x, DType.Int64);
        }
        else
        {
            Tensor shape = ShapeOf(x);
            Tensor rank = RawOps.Size(shape, DType.Int64);
            Tensor positive = RawOps.FloorMod(RawOps.Cast(context.Inputs[1], DType.Int64) + rank, rank);
            size = RawOps.Prod(RawOps.GatherV2(shape, RawOps.Reshape(positive, Ints(-1)), Int32(0)), Ints(0));
        }

        return g / RawOps.Cast(RawOps.Maximum(size, Tensor.Scalar(1L)), g.DType);
    }

    /// <summary>The gradient is shared evenly by the elements that are the extremum.</summary>
    private static Tensor?[] Extremum(RuleContext context)
    {
        Tensor g = KeepDims(context, context.Upstream);
        Tensor selected = Indicator(RawOps.Equal(KeepDims(context, context.Outputs[0]), context.Inputs[0]), g.DType);
        Tensor count = RawOps.Sum(selected, context.Inputs[1], keepDims: true);
        return context.Result(selected / count * g);
    }

    /// <summary>The product of the others, from both sides by cumulative products, so that zeros do no harm.</summary>
    private static Tensor?[] Product(RuleContext context)
    {
        Tensor x = context.Inputs[0];
        Tensor g = RawOps.BroadcastTo(KeepDims(context, context.Upstream, forBroadcast: true), ShapeOf(x));
        int[] axes = ConstantAxes(context.Inputs[1], x.Rank)
            ?? throw new TfLbfgsException(
                "The gradient of Prod needs axes and a rank that are known while tracing; "
                + $"received axes {context.Inputs[1].Describe()} for {x.Describe()}.");
        if (axes.Length == 1)
            return context.Result(g * Others(x, axes[0]));
        // The reduced dimensions come first, as one.
        long[] order = [.. axes, .. Enumerable.Range(0, x.Rank).Except(axes)];
        Tensor permuted = RawOps.Transpose(x, Ints(order));
        Tensor shape = ShapeOf(permuted);
        Tensor rest = RawOps.Slice(shape, Ints(axes.Length), Ints(-1));
        Tensor length = RawOps.Prod(RawOps.Slice(shape, Ints(0), Ints(axes.Length)), Ints(0), keepDims: true);
        Tensor flat = RawOps.Reshape(permuted, RawOps.ConcatV2([length, rest], Int32(0)));
        Tensor others = RawOps.Transpose(RawOps.Reshape(Others(flat, 0), shape), Ints(ShapeRules.Inverse(order)));
        return context.Result(g * others);
    }

    private static Tensor Others(Tensor x, long axis)
    {
        Tensor at = Int32(axis);
        return Conj(RawOps.Cumprod(x, at, exclusive: true)) * Conj(RawOps.Cumprod(x, at, exclusive: true, reverse: true));
    }
}
